/* SPDX-License-Identifier: GPL-2.0 */
/* What JSON documents are made of. */
#ifndef IOMMU_GROUP_JSON_PARTS_H
#define IOMMU_GROUP_JSON_PARTS_H

#include <stdio.h>

#include <json-c/json.h>

#include "model/run.h"

/** ig_json_text() - a string of any bytes; null for NULL */
struct json_object *ig_json_text(const char *text);

/** ig_json_put() - add to an object, which then owns the value */
void ig_json_put(struct json_object *object, const char *key,
		 struct json_object *value);

/** ig_json_put_number() - add a whole number */
void ig_json_put_number(struct json_object *object, const char *key,
			int64_t value);

/** ig_json_put_real() - add any number; null for one that is not finite */
void ig_json_put_real(struct json_object *object, const char *key,
		      double value);

/** ig_json_stack() - frames, innermost first; empty for NULL */
struct json_object *ig_json_stack(const struct ig_trace *trace);

/** ig_json_losses() - by key, those that happened */
struct json_object *ig_json_losses(const struct ig_loss_count *losses,
				   size_t nlosses);

/** ig_json_group() - what is known of a group */
struct json_object *ig_json_group(const struct ig_group_state *g);

/** ig_json_workload() - how a workload with a wait(2) status ended */
struct json_object *ig_json_workload(int status);

/** ig_json_print() - print and release a document; 0 or -ENOMEM */
int ig_json_print(FILE *out, struct json_object *doc);

#endif /* IOMMU_GROUP_JSON_PARTS_H */
