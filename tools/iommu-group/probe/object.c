// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "probe/object.h"

void ig_object_lacks(struct ig_object *object, const char *name)
{
	size_t used = strlen(object->missing);

	object->nmissing++;
	snprintf(object->missing + used, sizeof(object->missing) - used, "%s%s",
		 used ? ", " : "", name);
}
