// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pci/pci.h>

#include "base/json_parts.h"
#include "list/locked.h"
#include "list/print.h"
#include "stuck/print.h"
#include "base/table.h"

typedef struct json_object json;

/* Columns of the group table. */
enum {
	C_GROUP,
	C_NAME,
	C_TYPE,
	C_REFS,
	C_DEV,
	C_EXT,
	C_DEVICE,
	C_DRIVER,
	C_WHAT
};

/*
 * Only for the names.  pci_init() ends the process when it finds no way to
 * reach the bus, so it is asked only where sysfs has one.
 */
static struct pci_access *open_names(void)
{
	struct pci_access *pci;

	if (access("/sys/bus/pci/devices", F_OK))
		return NULL;
	pci = pci_alloc();
	pci_init(pci);
	return pci;
}

static unsigned long read_hex(const char *device, const char *attribute)
{
	char path[128];
	unsigned int value = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", device,
		 attribute);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%x", &value) != 1)
		value = 0;
	fclose(f);
	return value;
}

/* libpci leaks memory at each look-up in a udev database that is not there. */
static int lookup_flags(void)
{
	int flags = PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE;

	if (access("/usr/lib/udev/hwdb.bin", R_OK) &&
	    access("/lib/udev/hwdb.bin", R_OK) &&
	    access("/etc/udev/hwdb.bin", R_OK))
		flags |= PCI_LOOKUP_NO_HWDB;
	return flags;
}

/* What a PCI device is, from the pci.ids database; empty for others. */
static const char *describe(struct pci_access *pci, const char *device,
			    char *buf, size_t size)
{
	unsigned long vendor = pci ? read_hex(device, "vendor") : 0;

	if (!vendor)
		return "";
	return pci_lookup_name(pci, buf, size, lookup_flags(), vendor,
			       read_hex(device, "device"));
}

static int fill_group(struct libscols_line *line,
		      const struct ig_group_state *g)
{
	return ig_table_set(line, C_GROUP, "%u", g->id)			?:
		       ig_table_set(line, C_NAME, "%s", g->name ?: "")	?:
		       ig_table_set(line, C_TYPE, "%s", g->type ?: "?") ?:
		       ig_table_set(line, C_REFS, "%d", g->kref)	?:
		       ig_table_set(line, C_DEV, "%d", g->ndev)		?:
		       ig_table_set(line, C_EXT, "%ld", ig_external(g));
}

static int fill_device(struct libscols_line *line, struct pci_access *pci,
		       const struct ig_device *d)
{
	char what[256];

	return ig_table_set(line, C_DEVICE, "%s", d->name)		    ?:
		       ig_table_set(line, C_DRIVER, "%s", d->driver ?: "-") ?:
		       ig_table_set(line, C_WHAT, "%s",
				    describe(pci, d->name, what, sizeof(what)));
}

static int add_rows(struct libscols_table *table, struct pci_access *pci,
		    const struct ig_group_state *g)
{
	size_t rows = g->ndevices ?: 1, i;
	int err = 0;

	for (i = 0; !err && i < rows; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!i)
			err = fill_group(line, g);
		if (!err && g->ndevices)
			err = fill_device(line, pci, &g->devices[i]);
	}
	return err;
}

static int print_groups(FILE *out, const struct ig_snapshot *groups)
{
	static const char *const columns[] = {
		">GROUP", "<NAME",   "<TYPE",	">REFS",	">DEV",
		">EXT",	  "<DEVICE", "<DRIVER", "<DESCRIPTION", NULL
	};
	struct libscols_table *table;
	struct pci_access *pci;
	int err = 0;
	size_t i;

	/* libsmartcols prints nothing at all for a table without rows. */
	if (!groups->ngroups) {
		fputs("GROUP NAME TYPE REFS DEV EXT DEVICE DRIVER DESCRIPTION\n",
		      out);
		return 0;
	}
	table = ig_table_new(columns);
	if (!table)
		return -ENOMEM;
	pci = open_names();
	for (i = 0; !err && i < groups->ngroups; i++)
		err = add_rows(table, pci, &groups->groups[i]);
	if (pci)
		pci_cleanup(pci);
	return ig_table_print(out, table, err);
}

static int print_heirs(FILE *out, const struct ig_topology *t)
{
	static const char *const columns[] = { ">GROUP", "<BUS", "<DEVICE",
					       "<INHERITED FROM", NULL };
	struct libscols_table *table = ig_table_new(columns);
	size_t i;
	int err = 0;

	if (!table)
		return -ENOMEM;
	for (i = 0; !err && i < t->nheirs; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		err = ig_table_set(line, 0, "%u", t->heirs[i].group)	      ?:
			      ig_table_set(line, 1, "%s", t->heirs[i].bus)    ?:
			      ig_table_set(line, 2, "%s", t->heirs[i].device) ?:
			      ig_table_set(line, 3, "%s", t->heirs[i].via);
	}
	fputs("\nDevices without a group of their own:\n", out);
	return ig_table_print(out, table, err);
}

int ig_list_text(FILE *out, const struct ig_snapshot *groups,
		 const struct ig_topology *topology)
{
	int err = print_groups(out, groups);
	size_t i;

	if (!err && topology->nheirs)
		err = print_heirs(out, topology);
	if (err)
		return err;
	for (i = 0; i < topology->nsplits; i++) {
		const struct ig_split *s = &topology->splits[i];

		fprintf(out,
			"\nwarning: USB companion controllers are in different groups: %s (EHCI) in %u, %s in %u; the same port moves between them\n",
			s->ehci, s->ehci_group, s->companion,
			s->companion_group);
	}
	return 0;
}

static json *heir_json(const struct ig_heir *heir)
{
	json *o = json_object_new_object();

	ig_json_put(o, "bus", ig_json_text(heir->bus));
	ig_json_put(o, "device", ig_json_text(heir->device));
	ig_json_put_number(o, "group", heir->group);
	ig_json_put(o, "via", ig_json_text(heir->via));
	return o;
}

static json *split_json(const struct ig_split *split)
{
	json *o = json_object_new_object();

	ig_json_put(o, "ehci", ig_json_text(split->ehci));
	ig_json_put_number(o, "ehci_group", split->ehci_group);
	ig_json_put(o, "companion", ig_json_text(split->companion));
	ig_json_put_number(o, "companion_group", split->companion_group);
	return o;
}

static json *locked_json(const struct ig_snapshot *groups,
			 const struct ig_wait_run *waits)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < groups->nunread; i++) {
		struct ig_wait_chain chain;
		char *text =
			ig_list_locked(waits, groups->unread[i].group, &chain);
		json *o;

		if (!text)
			continue;
		o = json_object_new_object();
		ig_json_put_number(o, "group", groups->unread[i].group);
		ig_json_put(o, "message", ig_json_text(text));
		ig_json_put(o, "chain", ig_json_chain(&chain));
		json_object_array_add(list, o);
		ig_wait_chain_free(&chain);
		free(text);
	}
	return list;
}

int ig_list_json(FILE *out, const struct ig_snapshot *groups,
		 const struct ig_topology *topology,
		 const struct ig_wait_run *waits)
{
	json *doc = json_object_new_object();
	json *list = json_object_new_array();
	json *heirs = json_object_new_array();
	json *splits = json_object_new_array();
	size_t i;

	for (i = 0; i < groups->ngroups; i++)
		json_object_array_add(list, ig_json_group(&groups->groups[i]));
	for (i = 0; i < topology->nheirs; i++)
		json_object_array_add(heirs, heir_json(&topology->heirs[i]));
	for (i = 0; i < topology->nsplits; i++)
		json_object_array_add(splits, split_json(&topology->splits[i]));
	ig_json_put(doc, "groups", list);
	ig_json_put(doc, "inherited", heirs);
	ig_json_put(doc, "split_usb_companions", splits);
	ig_json_put(doc, "locked", locked_json(groups, waits));
	ig_json_put_number(doc, "unreadable", groups->unreadable);
	return ig_json_print(out, doc);
}
