/* SPDX-License-Identifier: GPL-2.0 */
/* Which lock is tried while which is held; and what a task does wrong alone. */
#ifndef IG_BPF_LOCK_EDGES_H
#define IG_BPF_LOCK_EDGES_H

#include "locks/tasks.h"
#include "locks/init_sites.h"

const volatile struct ig_edge empty_edge = {};
/* Group locks that are held longer are reported; 0 for none. */
const volatile __u64 held_too_long = 0;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << IG_EDGE_CACHE_BITS);
	__type(key, __u32);
	__type(value, struct ig_edge_cache);
} edge_cache SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* resized */
	__type(key, struct ig_edge_key);
	__type(value, struct ig_edge);
} edges SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* as edges */
	__type(key, __u32);
	__type(value, struct ig_stack);
} edge_stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, IG_LOCK_MISUSES);
	__type(key, __u32);
	__type(value, struct ig_lock_misuse);
} lock_misuses SEC(".maps");

__u32 next_edge_stack = 0;
__u32 next_lock_event = 0;

static __noinline void describe_init_site(struct ig_lock_end *end,
					  __u64 init_site)
{
	char *name = bpf_map_lookup_elem(&init_names, &init_site);

	if (name)
		__builtin_memcpy(end->name, name, IG_NAME_LEN);
}

VERIFIED_ONCE int describe(struct ig_lock_end *end, struct lock *l)
{
	static const char fmt[] = "%pS";
	struct named *n;
	__u64 arg;

	if (!end || !l)
		return 0;
	arg = l->addr;
	end->addr = l->addr;
	end->ip = l->ip;
	end->group = -1;
	end->init_nr = l->init_nr;
	end->forgotten = !!(l->flags & LOCK_FORGOTTEN);
	keep_symbol(l->ip);
	if (l->kind == IG_CLASS_STATIC)
		bpf_snprintf(end->name, sizeof(end->name), fmt, &arg,
			     sizeof(arg));
	if (l->kind == IG_CLASS_INIT_SITE)
		describe_init_site(end, l->init_site);
	n = bpf_map_lookup_elem(&named_locks, &arg);
	if (n && n->kind != l->kind)
		n = NULL;
	if (n)
		end->group = n->group;
	if (n && l->kind == IG_CLASS_DEVICE)
		__builtin_memcpy(end->name, n->name, sizeof(n->name));
	else if (l->kind == IG_CLASS_DEVICE)
		read_device_name((void *)arg - bpf_core_field_offset(
						       struct device, mutex),
				 end->name);
	return 0;
}

/* A module was loaded since: is it still the same lock? */
VERIFIED_ONCE int check_end(struct ig_lock_end *end, struct lock *l)
{
	static const char fmt[] = "%pS";
	char name[IG_LOCK_NAME_LEN] = {};
	__u64 arg;

	if (!end || !l || l->kind != IG_CLASS_STATIC)
		return 0;
	arg = l->addr;
	bpf_snprintf(name, sizeof(name), fmt, &arg, sizeof(arg));
	if (!same_text(end->name, name, sizeof(name)))
		count_loss(IG_LOSS_SYMBOL_REUSED);
	return 0;
}

/*
 * All that is new of one attempt has one stack, kept once the context is at
 * hand. As many as there can be edges; two CPUs that find the same one waste
 * one.
 */
static __always_inline __u32 reserve_edge_stack(struct lock_task *h)
{
	if (!h->edge_stack)
		h->edge_stack = __sync_fetch_and_add(&next_edge_stack, 1) + 1;
	return h->edge_stack;
}

static long keep_edge_frame(__u32 i, __u32 *index)
{
	__u32 key = *index;
	struct ig_stack *stack = bpf_map_lookup_elem(&edge_stacks, &key);

	if (!stack || i >= IG_STACK_DEPTH || i >= stack->nr)
		return 1;
	keep_symbol(stack->ip[i]);
	return 0;
}

static __noinline void keep_edge_stack(void *ctx, __u32 index)
{
	struct ig_stack *stack = bpf_map_lookup_elem(&edge_stacks, &index);
	long len;

	if (!stack) {
		count_loss(IG_LOSS_LOCK_EDGES);
		return;
	}
	len = bpf_get_stack(ctx, stack->ip, sizeof(stack->ip), 0);
	note_task(stack, len);
	bpf_loop(IG_STACK_DEPTH, keep_edge_frame, &index, 0);
}

static __always_inline void cache_edge(struct ig_edge_cache *c,
				       struct ig_edge_key *key)
{
	struct ig_edge_key old = c->key;
	struct ig_edge *e = NULL;

	if (c->count)
		e = bpf_map_lookup_elem(&edges, &old);
	if (e)
		__sync_fetch_and_add(&e->count, c->count);
	c->key = *key;
	c->count = 1;
	c->modules = modules_loaded;
	c->check = ig_edge_check(key);
}

/* Not seen lately, maybe never. */
VERIFIED_ONCE int find_edge(struct lock_task *h, struct lock *from,
			    struct lock *to, struct ig_edge_key *new_key,
			    struct ig_edge_cache *c)
{
	struct ig_edge_key key;
	struct ig_edge *e;

	if (!h || !from || !to || !new_key || !c)
		return 0;
	/* Verifiers before 6.4 take none for a map but from the own stack. */
	key = *new_key;
	e = bpf_map_lookup_elem(&edges, &key);
	if (!e) {
		if (!still_held(from)) {
			from->addr = 0;
			return 0;
		}
		bpf_map_update_elem(&edges, &key, (void *)&empty_edge,
				    BPF_NOEXIST);
		e = bpf_map_lookup_elem(&edges, &key);
		if (!e) {
			count_loss(IG_LOSS_LOCK_EDGES);
			return 0;
		}
		describe(&e->from, from);
		describe(&e->to, to);
		e->stack = reserve_edge_stack(h);
		e->modules = modules_loaded;
	} else if (e->modules != modules_loaded) {
		keep_symbol(from->ip);
		keep_symbol(to->ip);
		check_end(&e->from, from);
		check_end(&e->to, to);
		e->modules = modules_loaded;
	}
	cache_edge(c, &key);
	return 0;
}

static __always_inline void edge(struct lock_task *h, struct lock *from,
				 struct lock *to)
{
	bool groups = from->kind == IG_CLASS_GROUP && to->kind == from->kind;
	struct ig_edge_key key = {};
	struct ig_edge_cache *c;
	__u32 at;

	key.from = groups ? from->addr : key_of(from);
	key.to = groups ? to->addr : key_of(to);
	key.flags = IG_EDGE_KINDS(from->kind, to->kind);
	if (from->flags & LOCK_READ)
		key.flags |= IG_EDGE_FROM_READ;
	if (to->flags & LOCK_READ)
		key.flags |= IG_EDGE_TO_READ;
	note_sides(from, to);
	at = ig_hash(ig_edge_check(&key), IG_EDGE_CACHE_BITS);
	c = bpf_map_lookup_elem(&edge_cache, &at);
	if (!c)
		return;
	if (c->key.from == key.from && c->key.to == key.to &&
	    c->key.flags == key.flags && c->check == ig_edge_check(&key) &&
	    c->modules == modules_loaded)
		c->count++;
	else
		find_edge(h, from, to, &key, c);
}

static __noinline void lock_misused(void *ctx, __u32 kind, struct lock *l,
				    __u64 ns)
{
	__u32 index = __sync_fetch_and_add(&next_lock_event, 1);
	struct ig_lock_misuse *e = bpf_map_lookup_elem(&lock_misuses, &index);

	if (!e) {
		count_loss(IG_LOSS_VIOLATIONS);
		return;
	}
	e->class = l->kind;
	e->key = key_of(l);
	e->ns = ns;
	e->flags = l->flags & LOCK_READ ? IG_EDGE_TO_READ : 0;
	if (l->flags & LOCK_READ && l->flags & LOCK_SEM &&
	    !sem_is_read_by_me((void *)l->addr))
		e->flags |= IG_MISUSE_UNSURE;
	describe(&e->lock, l);
	e->stack = keep_stack(ctx, 0);
	e->kind = kind;
}

#endif /* IG_BPF_LOCK_EDGES_H */
