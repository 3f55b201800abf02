// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>
#include <libsmartcols/libsmartcols.h>
#include <pci/pci.h>

#include "list_report.h"

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

static struct libscols_table *new_table(FILE *out)
{
	struct libscols_table *table = scols_new_table();

	if (table) {
		scols_table_set_stream(table, out);
		scols_table_enable_maxout(table, 0);
		scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	}
	return table;
}

static void set(struct libscols_line *line, int column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void set(struct libscols_line *line, int column, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) >= 0)
		scols_line_refer_data(line, column, text);
	va_end(args);
}

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

static void fill_group(struct libscols_line *line,
		       const struct ig_group_state *g)
{
	set(line, C_GROUP, "%u", g->id);
	set(line, C_NAME, "%s", g->name ? g->name : "");
	set(line, C_TYPE, "%s", g->type ? g->type : "?");
	set(line, C_REFS, "%d", g->kref);
	set(line, C_DEV, "%d", g->ndev);
	set(line, C_EXT, "%ld", ig_external(g));
}

static int add_rows(struct libscols_table *table, struct pci_access *pci,
		    const struct ig_group_state *g)
{
	size_t rows = g->ndevices ? g->ndevices : 1, i;

	for (i = 0; i < rows; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);
		const struct ig_device *d = g->devices + i;
		char what[256];

		if (!line)
			return -1;
		if (!i)
			fill_group(line, g);
		if (!g->ndevices)
			break;
		set(line, C_DEVICE, "%s", d->name);
		set(line, C_DRIVER, "%s", d->driver ? d->driver : "-");
		set(line, C_WHAT, "%s",
		    describe(pci, d->name, what, sizeof(what)));
	}
	return 0;
}

static int print_groups(FILE *out, const struct ig_snapshot *groups)
{
	static const struct {
		const char *name;
		int flags;
	} columns[] = {
		{ "GROUP", SCOLS_FL_RIGHT },
		{ "NAME", 0 },
		{ "TYPE", 0 },
		{ "REFS", SCOLS_FL_RIGHT },
		{ "DEV", SCOLS_FL_RIGHT },
		{ "EXT", SCOLS_FL_RIGHT },
		{ "DEVICE", 0 },
		{ "DRIVER", 0 },
		{ "DESCRIPTION", 0 },
	};
	struct libscols_table *table = new_table(out);
	struct pci_access *pci = open_names();
	int err = table ? 0 : -1;
	size_t i;

	for (i = 0; !err && i < sizeof(columns) / sizeof(columns[0]); i++)
		if (!scols_table_new_column(table, columns[i].name, 0,
					    columns[i].flags))
			err = -1;
	for (i = 0; !err && i < groups->ngroups; i++)
		err = add_rows(table, pci, &groups->groups[i]);
	/* libsmartcols prints nothing at all for a table without rows. */
	if (!err && !groups->ngroups)
		fputs("GROUP NAME TYPE REFS DEV EXT DEVICE DRIVER DESCRIPTION\n",
		      out);
	else if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	if (pci)
		pci_cleanup(pci);
	return err;
}

static int print_heirs(FILE *out, const struct ig_topology *t)
{
	struct libscols_table *table = new_table(out);
	size_t i;
	int err = 0;

	if (!table)
		return -1;
	scols_table_new_column(table, "GROUP", 0, SCOLS_FL_RIGHT);
	scols_table_new_column(table, "BUS", 0, 0);
	scols_table_new_column(table, "DEVICE", 0, 0);
	scols_table_new_column(table, "INHERITED FROM", 0, 0);
	for (i = 0; i < t->nheirs; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line) {
			err = -1;
			break;
		}
		set(line, 0, "%u", t->heirs[i].group);
		set(line, 1, "%s", t->heirs[i].bus);
		set(line, 2, "%s", t->heirs[i].device);
		set(line, 3, "%s", t->heirs[i].via);
	}
	fputs("\nDevices without a group of their own:\n", out);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

int ig_list_text(FILE *out, const struct ig_snapshot *groups,
		 const struct ig_topology *topology)
{
	size_t i;

	if (print_groups(out, groups))
		return -1;
	if (topology->nheirs && print_heirs(out, topology))
		return -1;
	for (i = 0; i < topology->nsplits; i++) {
		const struct ig_split *s = &topology->splits[i];

		fprintf(out,
			"\nwarning: USB companion controllers are in different groups: %s (EHCI) in %u, %s in %u; the same port moves between them\n",
			s->ehci, s->ehci_group, s->companion,
			s->companion_group);
	}
	return 0;
}

static struct json_object *text_or_null(const char *text)
{
	return text ? json_object_new_string(text) : NULL;
}

static struct json_object *group_json(const struct ig_group_state *g)
{
	struct json_object *o = json_object_new_object();
	struct json_object *devices = json_object_new_array();
	size_t i;

	json_object_object_add(o, "id", json_object_new_int(g->id));
	json_object_object_add(o, "name", text_or_null(g->name));
	json_object_object_add(o, "type", text_or_null(g->type));
	json_object_object_add(o, "references", json_object_new_int(g->kref));
	json_object_object_add(o, "held_by_devices",
			       json_object_new_int(g->ndev));
	json_object_object_add(o, "external",
			       json_object_new_int64(ig_external(g)));
	for (i = 0; i < g->ndevices; i++) {
		struct json_object *d = json_object_new_object();

		json_object_object_add(d, "name",
				       text_or_null(g->devices[i].name));
		json_object_object_add(d, "driver",
				       text_or_null(g->devices[i].driver));
		json_object_array_add(devices, d);
	}
	json_object_object_add(o, "devices", devices);
	return o;
}

static struct json_object *heir_json(const struct ig_heir *heir)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "bus", text_or_null(heir->bus));
	json_object_object_add(o, "device", text_or_null(heir->device));
	json_object_object_add(o, "group", json_object_new_int(heir->group));
	json_object_object_add(o, "via", text_or_null(heir->via));
	return o;
}

static struct json_object *split_json(const struct ig_split *split)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "ehci", text_or_null(split->ehci));
	json_object_object_add(o, "ehci_group",
			       json_object_new_int(split->ehci_group));
	json_object_object_add(o, "companion", text_or_null(split->companion));
	json_object_object_add(o, "companion_group",
			       json_object_new_int(split->companion_group));
	return o;
}

int ig_list_json(FILE *out, const struct ig_snapshot *groups,
		 const struct ig_topology *topology)
{
	struct json_object *doc = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct json_object *heirs = json_object_new_array();
	struct json_object *splits = json_object_new_array();
	size_t i;

	for (i = 0; i < groups->ngroups; i++)
		json_object_array_add(list, group_json(&groups->groups[i]));
	for (i = 0; i < topology->nheirs; i++)
		json_object_array_add(heirs, heir_json(&topology->heirs[i]));
	for (i = 0; i < topology->nsplits; i++)
		json_object_array_add(splits, split_json(&topology->splits[i]));
	json_object_object_add(doc, "groups", list);
	json_object_object_add(doc, "inherited", heirs);
	json_object_object_add(doc, "split_usb_companions", splits);
	json_object_object_add(doc, "unreadable",
			       json_object_new_int(groups->unreadable));
	fprintf(out, "%s\n",
		json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PRETTY));
	json_object_put(doc);
	return 0;
}
