// SPDX-License-Identifier: GPL-2.0
/* References whose holder is alive are no leaks; others are. */
#include "unit/refs/one_history.h"

#define VFIO "vfio_create_group+0x30/0x200 [vfio]"
#define IOMMUFD "iommufd_get_group+0x20/0x100 [iommufd]"
#define LEAK "leak_get+0x1a/0x40 [ig_leak]"

/* Bound to a driver of no account. */
static void bind_to(struct ig_group_state *g, const char *driver)
{
	g->devices[0].driver = (char *)driver;
	g->devices[0].binding = 77;
}

static struct ig_group_state *in_vfio(struct ig_group_state *g)
{
	g->vfio_group = true;
	return g;
}

static struct ig_group_state *in_iommufd(struct ig_group_state *g)
{
	g->owned = true;
	g->owner_cnt = 1;
	g->iommufd_owner = true;
	return g;
}

/* Before format 2, records had names of drivers and nothing else. */
static void of_an_old_record(void)
{
	h.run.before.holders_read = false;
	h.run.after.holders_read = false;
}

static void vfio_that_comes_holds(void **state)
{
	(void)state;
	before(&h, 1, 2, 2);
	in_vfio(after(&h, 1, 3, 2));
	gets(&h, 1, VFIO, 1, 0)->first = a_trace();
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 1);
	assert_string_equal(h.result.held[0].holder, "vfio");
	assert_int_equal(h.result.held[0].count, 1);
	assert_ptr_equal(h.result.held[0].trace, a_trace());
}

static void vfio_needs_no_traced_get(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	in_vfio(after(&h, 1, 2, 1));
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(
		h.result.held[0].message,
		"group 1: 1 reference held by vfio: VFIO has a group for it in /sys/class/vfio");
}

static void a_name_holds_nothing(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind_to(after(&h, 1, 2, 1), "vfio-pci");
	assert_int_equal(judge(&h), IG_FINDINGS);
	only(&h, "ref-leak");
}

static void vfio_is_part_of_the_name_in_an_old_record(void **state)
{
	(void)state;
	of_an_old_record();
	before(&h, 1, 1, 1);
	before(&h, 2, 1, 1);
	bind_to(after(&h, 1, 2, 1), "mlx5_vfio_pci");
	bind_to(after(&h, 2, 2, 1), "e1000e");
	judge(&h);
	assert_int_equal(only(&h, "ref-leak")->group, 2);
	assert_string_equal(
		h.result.held[0].message,
		"group 1: 1 reference held by vfio: 0000:00:02.0 is bound to mlx5_vfio_pci");
}

static void vfio_gone_but_still_held(void **state)
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

static void vfio_all_along_does_not_cover_growth(void **state)
{
	const struct ig_finding *f;

	(void)state;
	in_vfio(before(&h, 1, 2, 1));
	in_vfio(after(&h, 1, 3, 1));
	gets(&h, 1, LEAK, 1, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, 1);
	assert_suspect(f, 0, LEAK, 1);
	assert_int_equal(h.result.nheld, 1);
}

/* It had no reference while it was there before, so the new one is not its. */
static void vfio_that_held_nothing_still_holds_nothing(void **state)
{
	(void)state;
	in_vfio(before(&h, 1, 1, 1));
	in_vfio(after(&h, 1, 2, 1));
	gets(&h, 1, LEAK, 1, 0);
	judge(&h);
	assert_suspect(only(&h, "ref-leak"), 0, LEAK, 1);
}

static void vfio_holds_one_and_the_other_leaks(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 1, 1, 1);
	in_vfio(after(&h, 1, 3, 1));
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
	in_vfio(before(&h, 1, 2, 1));
	in_vfio(after(&h, 1, 3, 1));
	gets(&h, 1, VFIO, 1, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->unattributed, 0);
	assert_suspect(f, 0, VFIO, 1);
}

static void vfio_reference_gone_is_inconclusive(void **state)
{
	(void)state;
	in_vfio(before(&h, 1, 2, 1));
	in_vfio(after(&h, 1, 1, 1));
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_non_null(find_loss(&h, "holders_uncovered"));
}

static void vfio_gone_with_its_reference_is_clean(void **state)
{
	(void)state;
	in_vfio(before(&h, 1, 2, 1));
	after(&h, 1, 1, 1);
	puts_(&h, 1, "vfio_group_release+0x5/0x10 [vfio]", 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void iommufd_holds_while_it_owns(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	in_iommufd(after(&h, 1, 2, 1));
	gets(&h, 1, IOMMUFD, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(h.result.held[0].holder, "iommufd");
}

static void iommufd_from_before_is_known_by_its_owner(void **state)
{
	(void)state;
	in_iommufd(in_vfio(before(&h, 1, 3, 1)));
	in_vfio(after(&h, 1, 3, 1));
	gets(&h, 1, LEAK, 1, 0);
	judge(&h);
	assert_suspect(only(&h, "ref-leak"), 0, LEAK, 1);
}

/* A container of VFIO owns it: what iommufd took before, it left behind. */
static void iommufd_that_is_not_the_owner_leaks(void **state)
{
	struct ig_group_state *g;

	(void)state;
	before(&h, 1, 1, 1);
	g = after(&h, 1, 2, 1);
	g->owned = true;
	g->owner_cnt = 1;
	gets(&h, 1, IOMMUFD, 1, 0);
	judge(&h);
	assert_suspect(only(&h, "ref-leak"), 0, IOMMUFD, 1);
	of_an_old_record();
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void iommufd_without_owner_leaks(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	in_iommufd(after(&h, 1, 2, 1))->owner_cnt = 0;
	gets(&h, 1, IOMMUFD, 1, 0);
	judge(&h);
	assert_suspect(only(&h, "ref-leak"), 0, IOMMUFD, 1);
}

static void iommufd_holds_no_more_than_one(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	in_iommufd(after(&h, 1, 4, 1));
	gets(&h, 1, "iommufd_get_group+0x20/0x100", 3, 0);
	judge(&h);
	assert_int_equal(only(&h, "ref-leak")->count, 2);
}

static void singleton_group_holds(void **state)
{
	(void)state;
	after(&h, 1, 2, 1)->singleton = true;
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(h.result.held[0].holder, "singleton_group");
}

static void singleton_group_by_its_call_site(void **state)
{
	(void)state;
	after(&h, 1, 2, 1);
	gets(&h, 1, "generic_single_device_group+0x20/0x40", 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(h.result.held[0].holder, "singleton_group");
}

static void singleton_group_without_a_device_is_no_zombie(void **state)
{
	(void)state;
	before(&h, 1, 2, 1)->singleton = true;
	after(&h, 1, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(h.result.held[0].holder, "singleton_group");
}

static void amdxdna_by_its_name_in_an_old_record(void **state)
{
	(void)state;
	of_an_old_record();
	before(&h, 1, 1, 1);
	before(&h, 2, 1, 1);
	bind_to(after(&h, 1, 2, 1), "amdxdna");
	bind_to(after(&h, 2, 2, 1), "amdxdna2");
	judge(&h);
	assert_int_equal(only(&h, "ref-leak")->group, 2);
	assert_int_equal(h.result.held[0].group, 1);
}

static void holders_are_capped_by_what_is_there(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	in_vfio(after(&h, 1, 1, 1));
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(vfio_that_comes_holds),
		test(vfio_needs_no_traced_get),
		test(a_name_holds_nothing),
		test(vfio_is_part_of_the_name_in_an_old_record),
		test(vfio_gone_but_still_held),
		test(vfio_all_along_does_not_cover_growth),
		test(vfio_that_held_nothing_still_holds_nothing),
		test(vfio_holds_one_and_the_other_leaks),
		test(vfio_itself_leaks),
		test(vfio_reference_gone_is_inconclusive),
		test(vfio_gone_with_its_reference_is_clean),
		test(iommufd_holds_while_it_owns),
		test(iommufd_from_before_is_known_by_its_owner),
		test(iommufd_that_is_not_the_owner_leaks),
		test(iommufd_without_owner_leaks),
		test(iommufd_holds_no_more_than_one),
		test(singleton_group_holds),
		test(singleton_group_by_its_call_site),
		test(singleton_group_without_a_device_is_no_zombie),
		test(amdxdna_by_its_name_in_an_old_record),
		test(holders_are_capped_by_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
