// SPDX-License-Identifier: GPL-2.0
/* References whose holder is alive are no leaks; others are. */
#include "unit/refs/one_history.h"

#define VFIO "vfio_create_group+0x30/0x200 [vfio]"
#define IOMMUFD "iommufd_get_group+0x20/0x100 [iommufd]"
#define LEAK "leak_get+0x1a/0x40 [ig_leak]"

static void bind_to(struct ig_group_state *g, const char *driver)
{
	g->devices[0].driver = (char *)driver;
}

static void vfio_newly_bound_holds(void **state)
{
	(void)state;
	before(&h, 1, 2, 2);
	bind_to(after(&h, 1, 3, 2), "vfio-pci");
	gets(&h, 1, VFIO, 1, 0)->first = a_trace();
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 1);
	assert_string_equal(h.result.held[0].holder, "vfio");
	assert_int_equal(h.result.held[0].count, 1);
	assert_ptr_equal(h.result.held[0].trace, a_trace());
}

static void vfio_is_part_of_the_name(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind_to(after(&h, 1, 2, 1), "mlx5_vfio_pci");
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void another_driver_holds_nothing(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind_to(after(&h, 1, 2, 1), "e1000e");
	assert_int_equal(judge(&h), IG_FINDINGS);
	only(&h, "ref-leak");
}

static void vfio_unbound_again_but_still_held(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 2, 1);
	gets(&h, 1, VFIO, 1, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_suspect(f, 0, VFIO, 1);
	assert_int_equal(h.result.nheld, 0);
}

static void vfio_bound_all_along_does_not_cover_growth(void **state)
{
	const struct ig_finding *f;

	(void)state;
	bind_to(before(&h, 1, 2, 1), "vfio-pci");
	bind_to(after(&h, 1, 3, 1), "vfio-pci");
	gets(&h, 1, LEAK, 1, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, 1);
	assert_suspect(f, 0, LEAK, 1);
	assert_int_equal(h.result.nheld, 1);
}

/* It had no reference while it was bound before, so the new one is not its. */
static void vfio_that_held_nothing_still_holds_nothing(void **state)
{
	(void)state;
	bind_to(before(&h, 1, 1, 1), "vfio-pci");
	bind_to(after(&h, 1, 2, 1), "vfio-pci");
	gets(&h, 1, LEAK, 1, 0);
	judge(&h);
	assert_suspect(only(&h, "ref-leak"), 0, LEAK, 1);
}

static void vfio_holds_one_and_the_other_leaks(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 1, 1, 1);
	bind_to(after(&h, 1, 3, 1), "vfio-pci");
	gets(&h, 1, VFIO, 1, 0);
	gets(&h, 1, LEAK, 1, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, 1);
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, LEAK, 1);
}

static void vfio_itself_leaks(void **state)
{
	const struct ig_finding *f;

	(void)state;
	bind_to(before(&h, 1, 2, 1), "vfio-pci");
	bind_to(after(&h, 1, 3, 1), "vfio-pci");
	gets(&h, 1, VFIO, 1, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->unattributed, 0);
	assert_suspect(f, 0, VFIO, 1);
}

static void vfio_reference_gone_is_inconclusive(void **state)
{
	(void)state;
	bind_to(before(&h, 1, 2, 1), "vfio-pci");
	bind_to(after(&h, 1, 1, 1), "vfio-pci");
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_non_null(find_loss(&h, "holders_uncovered"));
}

static void vfio_unbound_with_its_reference_is_clean(void **state)
{
	(void)state;
	bind_to(before(&h, 1, 2, 1), "vfio-pci");
	after(&h, 1, 1, 1);
	puts_(&h, 1, "vfio_group_release+0x5/0x10 [vfio]", 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void iommufd_holds_while_it_owns(void **state)
{
	struct ig_group_state *g;

	(void)state;
	before(&h, 1, 1, 1);
	g = after(&h, 1, 2, 1);
	g->owned = true;
	g->owner_cnt = 1;
	gets(&h, 1, IOMMUFD, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(h.result.held[0].holder, "iommufd");
}

static void iommufd_without_owner_leaks(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 2, 1)->owned = true;
	gets(&h, 1, IOMMUFD, 1, 0);
	judge(&h);
	assert_suspect(only(&h, "ref-leak"), 0, IOMMUFD, 1);
}

static void iommufd_holds_no_more_than_one(void **state)
{
	struct ig_group_state *g;

	(void)state;
	before(&h, 1, 1, 1);
	g = after(&h, 1, 4, 1);
	g->owned = true;
	g->owner_cnt = 1;
	gets(&h, 1, "iommufd_get_group+0x20/0x100", 3, 0);
	judge(&h);
	assert_int_equal(only(&h, "ref-leak")->count, 2);
}

static void singleton_group_holds(void **state)
{
	(void)state;
	after(&h, 1, 2, 1);
	gets(&h, 1, "generic_single_device_group+0x20/0x40", 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(h.result.held[0].holder, "singleton_group");
}

static void amdxdna_holds_by_its_exact_name(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	before(&h, 2, 1, 1);
	bind_to(after(&h, 1, 2, 1), "amdxdna");
	bind_to(after(&h, 2, 2, 1), "amdxdna2");
	judge(&h);
	assert_int_equal(only(&h, "ref-leak")->group, 2);
	assert_string_equal(h.result.held[0].holder, "amdxdna");
}

static void holders_are_capped_by_what_is_there(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind_to(after(&h, 1, 1, 1), "vfio-pci");
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(vfio_newly_bound_holds),
		test(vfio_is_part_of_the_name),
		test(another_driver_holds_nothing),
		test(vfio_unbound_again_but_still_held),
		test(vfio_bound_all_along_does_not_cover_growth),
		test(vfio_that_held_nothing_still_holds_nothing),
		test(vfio_holds_one_and_the_other_leaks),
		test(vfio_itself_leaks),
		test(vfio_reference_gone_is_inconclusive),
		test(vfio_unbound_with_its_reference_is_clean),
		test(iommufd_holds_while_it_owns),
		test(iommufd_without_owner_leaks),
		test(iommufd_holds_no_more_than_one),
		test(singleton_group_holds),
		test(amdxdna_holds_by_its_exact_name),
		test(holders_are_capped_by_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
