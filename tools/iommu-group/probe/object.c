// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "base/error.h"
#include "probe/object.h"

void ig_object_lacks(struct ig_object *object, const char *name)
{
	size_t used = strlen(object->missing);

	object->nmissing++;
	snprintf(object->missing + used, sizeof(object->missing) - used, "%s%s",
		 used ? ", " : "", name);
}

struct btf *ig_kernel_btf(void)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf) {
		ig_error("cannot read the kernel's BTF: %m");
		return NULL;
	}
	if (btf__find_by_name_kind(btf, "iommu_group", BTF_KIND_STRUCT) < 0) {
		btf__free(btf);
		ig_error(
			"this kernel has no IOMMU groups; it needs CONFIG_IOMMU_API");
		return NULL;
	}
	return btf;
}

bool ig_btf_has_event(const struct btf *btf, const char *event)
{
	char name[128];

	snprintf(name, sizeof(name), "btf_trace_%s", event);
	return btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF) > 0;
}

bool ig_btf_has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}
