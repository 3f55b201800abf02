// SPDX-License-Identifier: GPL-2.0
/* What a driver took in its probe is held for as long as it stays bound. */
#include "refs/refs.h"
#include "unit/refs/one_history.h"

#define VFIO "vfio_create_group+0x30/0x200 [vfio]"
#define PROBE "drv_probe+0x10/0x40 [drv]"
#define SECOND "drv_setup+0x10/0x40 [drv]"
#define BUILT_IN "drv_probe+0x10/0x40"
#define LEAK "leak_get+0x1a/0x40 [ig_leak]"

/* Calls that begin at a call site, in the probe of drv. */
static struct ig_trace *in_probe(const char *site)
{
	static char *frames[4][4];
	static struct ig_trace traces[4];
	static unsigned int next;
	unsigned int i = next++ % 4;

	frames[i][0] = (char *)site;
	frames[i][1] = (char *)"local_pci_probe+0x40/0x90";
	frames[i][2] = (char *)"really_probe+0xde/0x380";
	frames[i][3] = (char *)"ksys_write+0x67/0xf0";
	traces[i] = (struct ig_trace){ frames[i], 4, 77, "sh" };
	return &traces[i];
}

static void probe_gets(const char *site, uint64_t n, uint64_t answered)
{
	gets(&h, 1, site, n, answered)->first = in_probe(site);
}

/* Device i of the group; each time that it is bound has another number. */
static void bind(struct ig_group_state *g, unsigned int i, const char *module,
		 uint64_t binding)
{
	g->devices[i].driver = (char *)"a driver";
	g->devices[i].driver_module = (char *)module;
	g->devices[i].binding = binding;
}

/* A driver of a device that is in no group. */
static void bind_below(const char *path, const char *driver, const char *module)
{
	static struct ig_binding bindings[4];

	if (!h.run.bindings)
		h.run.bindings = bindings;
	bindings[h.run.nbindings++] = (struct ig_binding){ (char *)path,
							   (char *)driver,
							   (char *)module };
}

static void leaks(const char *site, long count)
{
	const struct ig_finding *f;

	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, count);
	assert_suspect(f, 0, site, count);
}

static void comes(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 2, 1), 0, "drv", 5);
	probe_gets(PROBE, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 1);
	assert_string_equal(h.result.held[0].holder, "driver");
	assert_string_equal(
		h.result.held[0].message,
		"group 1: 1 reference held by driver: 0000:00:02.0 is bound to a driver");
}

static void goes(void **state)
{
	(void)state;
	bind(before(&h, 1, 2, 1), 0, "drv", 5);
	after(&h, 1, 1, 1);
	puts_(&h, 1, "drv_remove+0x10/0x20 [drv]", 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 0);
}

static void goes_without_its_reference(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 2, 1);
	probe_gets(PROBE, 1, 0);
	leaks(PROBE, 1);
}

static void probe_that_failed_leaks(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 2, 1), 0, "other", 5);
	probe_gets(PROBE, 1, 0);
	leaks(PROBE, 1);
}

static void two_sites_and_one_left_behind(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 3, 1), 0, "drv", 5);
	probe_gets(PROBE, 1, 0);
	probe_gets(SECOND, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.held[0].count, 2);
	h.after[0] = h.before[0];
	h.after[0].kref = 2;
	h.sites[0].counts.answered = 1;
	leaks(SECOND, 1);
}

static void left_behind_and_bound_again(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 3, 1), 0, "drv", 6);
	probe_gets(PROBE, 2, 0);
	leaks(PROBE, 1);
	assert_int_equal(h.result.held[0].count, 1);
}

/* The put of the old reference looks as if it answered the get of the new. */
static void bound_before_and_bound_again(void **state)
{
	(void)state;
	bind(before(&h, 1, 2, 1), 0, "drv", 5);
	bind(after(&h, 1, 2, 1), 0, "drv", 6);
	probe_gets(PROBE, 1, 0);
	puts_(&h, 1, "drv_remove+0x10/0x20 [drv]", 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 0);
}

static void bound_before_and_left_behind(void **state)
{
	(void)state;
	bind(before(&h, 1, 2, 1), 0, "drv", 5);
	bind(after(&h, 1, 3, 1), 0, "drv", 6);
	probe_gets(PROBE, 1, 0);
	leaks(PROBE, 1);
}

/* Of three that are open, the driver has the two that it took. */
static void a_leak_beside_one_that_is_bound_again(void **state)
{
	(void)state;
	bind(before(&h, 1, 3, 1), 0, "drv", 5);
	bind(after(&h, 1, 4, 1), 0, "drv", 6);
	puts_(&h, 1, "drv_remove+0x10/0x20 [drv]", 2, 0);
	probe_gets(PROBE, 1, 0);
	probe_gets(SECOND, 1, 0);
	gets(&h, 1, LEAK, 1, 0);
	h.sites[0].first_event = 1;
	h.sites[0].last_event = 2;
	h.sites[1].first_event = h.sites[1].last_event = 3;
	h.sites[2].first_event = h.sites[2].last_event = 4;
	h.sites[3].first_event = h.sites[3].last_event = 5;
	h.after[0].least = 0;
	h.after[0].least_seen = 1;
	leaks(LEAK, 1);
}

/* What is taken now is not what its probe took. */
static void bound_all_along_takes_nothing(void **state)
{
	(void)state;
	bind(before(&h, 1, 1, 1), 0, "drv", 5);
	bind(after(&h, 1, 2, 1), 0, "drv", 5);
	probe_gets(PROBE, 1, 0);
	leaks(PROBE, 1);
}

static void only_a_probe_takes_for_the_driver(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 2, 1), 0, "drv", 5);
	gets(&h, 1, PROBE, 1, 0)->first = a_trace();
	leaks(PROBE, 1);
}

static void each_device_of_a_group_has_one(void **state)
{
	struct ig_group_state *was = before(&h, 1, 3, 2), *is;

	(void)state;
	is = after(&h, 1, 4, 2);
	bind(was, 0, "drv", 5);
	bind(is, 0, "drv", 5);
	bind(is, 1, "drv", 6);
	probe_gets(PROBE, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(
		h.result.held[0].message,
		"group 1: 1 reference held by driver: 0000:00:02.1 is bound to a driver");
}

static void a_leak_beside_it(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 3, 1), 0, "drv", 5);
	probe_gets(PROBE, 1, 0);
	gets(&h, 1, LEAK, 1, 0);
	leaks(LEAK, 1);
}

/* It gave back what it took: what is there is not its. */
static void a_probe_that_keeps_nothing_covers_nothing(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 2, 1), 0, "drv", 5);
	probe_gets(PROBE, 1, 1);
	gets(&h, 1, LEAK, 1, 0);
	leaks(LEAK, 1);
}

/* VFIO takes its reference in the probe of vfio-pci: it is not there twice. */
static void one_get_has_one_holder(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 3, 1), 0, NULL, 5);
	h.after[0].vfio_group = true;
	probe_gets("vfio_group_alloc+0x30/0x200", 1, 0);
	gets(&h, 1, LEAK, 1, 0);
	leaks(LEAK, 1);
}

static void built_in(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	bind(after(&h, 1, 2, 1), 0, NULL, 5);
	probe_gets(BUILT_IN, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	h.sites[0].symbol = (char *)PROBE;
	h.sites[0].first = in_probe(PROBE);
	leaks(PROBE, 1);
}

static void group_of_a_new_device(void **state)
{
	(void)state;
	bind(after(&h, 1, 3, 1), 0, "drv", 5);
	h.after[0].vfio_group = true;
	gets(&h, 1, VFIO, 1, 0);
	probe_gets(PROBE, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 2);
}

static void a_stack_of(const char *first, const char *second, const char *third,
		       const char *module, bool expected)
{
	char *frames[] = { (char *)first, (char *)second, (char *)third };
	struct ig_trace trace = { frames, 3, 1, "sh" };

	assert_int_equal(ig_is_in_probe(&trace, module), expected);
}

static void stacks(void **state)
{
	const char *really = "really_probe+0xde/0x380";
	const char *worker = "process_one_work+0x1e2/0x3b0";

	(void)state;
	assert_false(ig_is_in_probe(NULL, "drv"));
	a_stack_of(PROBE, really, worker, "drv", true);
	a_stack_of(PROBE, "call_driver_probe+0x2/0x9", worker, "drv", true);
	a_stack_of(PROBE, "local_pci_probe+0x40/0x90", worker, "drv", true);
	a_stack_of(PROBE, "really_probe.part.0+0x4/0x9", worker, "drv", true);
	a_stack_of(PROBE, "really_probe_all+0x4/0x9", worker, "drv", false);
	a_stack_of(PROBE, worker, worker, "drv", false);
	/* By a library of the driver's, and called from another driver. */
	a_stack_of("get+0x1/0x2 [lib]", PROBE, really, "drv", true);
	a_stack_of(PROBE, "bind+0x1/0x2 [other]", really, "drv", true);
	a_stack_of("get+0x1/0x2 [lib]", really, PROBE, "drv", false);
	a_stack_of("get+0x1/0x2 [drv2]", really, worker, "drv", false);
	a_stack_of("get+0x1/0x2 [drv]", really, worker, "drv2", false);
	a_stack_of(BUILT_IN, really, PROBE, NULL, true);
	a_stack_of(BUILT_IN, PROBE, really, NULL, false);
}

/* With older references about, vfio's get must not count as one of before, too.
 */
static void vfio_is_bound_again(void **state)
{
	struct ig_group_state *g;

	(void)state;
	g = before(&h, 1, 5, 1);
	g->vfio_group = true;
	bind(g, 0, NULL, 5);
	g = after(&h, 1, 5, 1);
	g->vfio_group = true;
	bind(g, 0, NULL, 6);
	puts_(&h, 1, "vfio_device_remove_group+0x5/0x9", 1, 0);
	gets(&h, 1, "vfio_create_group+0x30/0x200", 1, 0)->first =
		in_probe("vfio_create_group+0x30/0x200");
	h.sites[0].first_event = h.sites[0].last_event = 1;
	h.sites[1].first_event = h.sites[1].last_event = 2;
	g->least = 3;
	g->least_seen = 1;
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 1);
	assert_string_equal(h.result.held[0].holder, "vfio");
}

static void child_holds(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 3, 1);
	bind_below("/devices/pci0/0000:00:02.0/drv.0", "drv", "drv");
	bind_below("/devices/pci0/0000:00:02.0/x/drv.1", "drv", "drv");
	probe_gets(PROBE, 2, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_string_equal(
		h.result.held[0].message,
		"group 1: 2 references held by driver: /devices/pci0/0000:00:02.0/drv.0 is bound to drv");
}

/* Two drivers of a module: the get is of the probe of one of them. */
static void children_of_two_drivers(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 4, 1);
	bind_below("/devices/pci0/0000:00:02.0/a.0", "a", "drv");
	bind_below("/devices/pci0/0000:00:02.0/b.0", "b", "drv");
	bind_below("/devices/pci0/0000:00:02.0/b.1", "b", "drv");
	probe_gets(PROBE, 3, 0);
	leaks(PROBE, 1);
	assert_int_equal(h.result.held[0].count, 2);
}

static void bound_elsewhere(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 2, 1);
	/* Beside it, itself, of other code, a name that only begins so. */
	bind_below("/devices/pci0/0000:00:03.0/drv.0", "drv", "drv");
	bind_below("/devices/pci0/0000:00:02.0", "drv", "drv");
	bind_below("/devices/pci0/0000:00:02.0/drv.0", "other", "other");
	bind_below("/devices/pci0/0000:00:02.01/drv.0", "drv", "drv");
	probe_gets(PROBE, 1, 0);
	leaks(PROBE, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(comes),
		test(goes),
		test(vfio_is_bound_again),
		test(a_leak_beside_one_that_is_bound_again),
		test(goes_without_its_reference),
		test(probe_that_failed_leaks),
		test(two_sites_and_one_left_behind),
		test(left_behind_and_bound_again),
		test(bound_before_and_bound_again),
		test(bound_before_and_left_behind),
		test(bound_all_along_takes_nothing),
		test(only_a_probe_takes_for_the_driver),
		test(each_device_of_a_group_has_one),
		test(a_leak_beside_it),
		test(a_probe_that_keeps_nothing_covers_nothing),
		test(one_get_has_one_holder),
		test(built_in),
		test(group_of_a_new_device),
		test(stacks),
		test(child_holds),
		test(children_of_two_drivers),
		test(bound_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
