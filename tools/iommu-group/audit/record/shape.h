/* SPDX-License-Identifier: GPL-2.0 */
/* What a record consists of, as tables that writing, reading and freeing share.
 */
#ifndef IOMMU_GROUP_RECORD_SHAPE_H
#define IOMMU_GROUP_RECORD_SHAPE_H

#include <stddef.h>
#include <stdint.h>

/** enum ig_field_kind - the C type of a field */
enum ig_field_kind {
	IG_FIELD_BOOL,
	IG_FIELD_BIT, /* of an unsigned int; a boolean in JSON */
	IG_FIELD_NO_BIT, /* the other way round */
	IG_FIELD_S32,
	IG_FIELD_U32, /* or an enumeration */
	IG_FIELD_U64,
	IG_FIELD_LOSS, /* number of a loss; its key in JSON */
	IG_FIELD_REASON, /* text of struct ig_loss_count */
	IG_FIELD_CHARS, /* char [], terminated */
	IG_FIELD_TEXT, /* char * */
	IG_FIELD_TEXT_OR_NULL,
	IG_FIELD_TEXTS, /* char **, with a length elsewhere */
	IG_FIELD_STRUCT,
	IG_FIELD_POINTER_OR_NULL, /* to a struct */
	IG_FIELD_POINTER,
	IG_FIELD_ARRAY, /* pointer to structs, with a length elsewhere */
};

/**
 * struct ig_field - one field of a struct
 * @name: in JSON; in C too, but for those that are called otherwise there since
 * @kind: its type
 * @at: offset in the struct
 * @length: offset of the size_t with the length of an array
 * @limit: of IG_FIELD_U32, what it must be below, 0 for any number; of
 *	IG_FIELD_CHARS, how many there are; of IG_FIELD_BIT, the bit
 * @base: of IG_FIELD_U32, what is 0 in JSON
 * @since: format of the first records that have it, 0 for all
 * @of: the struct that it is, points to, or is an array of
 */
struct ig_field {
	const char *name;
	enum ig_field_kind kind;
	size_t at;
	size_t length;
	size_t limit;
	uint32_t base;
	unsigned int since;
	const struct ig_shape *of;
};

/** struct ig_shape - a struct */
struct ig_shape {
	size_t size;
	size_t nfields;
	const struct ig_field *fields;
};

/** ig_run_shape - of struct ig_run */
extern const struct ig_shape ig_run_shape;

/** ig_field_in() - where a field is in a struct */
static inline void *ig_field_in(const struct ig_field *field, const void *what)
{
	return (char *)what + field->at;
}

/** ig_field_length() - where the length of an array is in a struct */
static inline size_t *ig_field_length(const struct ig_field *field,
				      const void *what)
{
	return (size_t *)((char *)what + field->length);
}

/** ig_field_entry() - an entry of an array of structs */
static inline void *ig_field_entry(const struct ig_field *field,
				   const void *what, size_t i)
{
	char *first = *(char **)ig_field_in(field, what);

	return first + i * field->of->size;
}

#endif /* IOMMU_GROUP_RECORD_SHAPE_H */
