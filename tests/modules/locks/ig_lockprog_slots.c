// SPDX-License-Identifier: GPL-2.0
/*
 * Places that initialise locks, a set for each program: to lockdep and to an audit
 * each place is a class, and what one program does with its classes says nothing of
 * the next one's.
 */
#include "ig_module.h"
#include "ig_lockprog.h"

/* Lockdep calls a lock what the argument is called, a tracer by the function. */
#define PLACE(kind, init, n)						\
	static ig_site __attribute__((__no_icf__))			\
	void ig_prog_##n(kind *ig_prog_##n)				\
	{								\
		init(ig_prog_##n);					\
	}

#define SLOT(n)								\
	PLACE(struct mutex, mutex_init, m0_##n)				\
	PLACE(struct mutex, mutex_init, m1_##n)				\
	PLACE(struct mutex, mutex_init, m2_##n)				\
	PLACE(struct mutex, mutex_init, m3_##n)				\
	PLACE(struct rw_semaphore, init_rwsem, r0_##n)			\
	PLACE(struct rw_semaphore, init_rwsem, r1_##n)			\
	PLACE(struct rw_semaphore, init_rwsem, r2_##n)			\
	static DEFINE_MUTEX(ig_prog_s0_##n);				\
	static DEFINE_MUTEX(ig_prog_s1_##n);				\
	static DECLARE_RWSEM(ig_prog_q0_##n);				\
	static struct lock_class_key ig_prog_k0_##n, ig_prog_k1_##n;

#define SLOT_OF(n) {							\
	.mutexes = { ig_prog_m0_##n, ig_prog_m1_##n, ig_prog_m2_##n,	\
		     ig_prog_m3_##n },					\
	.sems = { ig_prog_r0_##n, ig_prog_r1_##n, ig_prog_r2_##n },	\
	.static_mutexes = { &ig_prog_s0_##n, &ig_prog_s1_##n },		\
	.static_sem = &ig_prog_q0_##n,					\
	.keys = { &ig_prog_k0_##n, &ig_prog_k1_##n },			\
}

#define EACH(what, between)						\
	what(0) between what(1) between what(2) between what(3) between	\
	what(4) between what(5) between what(6) between what(7) between	\
	what(8) between what(9) between what(10) between what(11) between \
	what(12) between what(13) between what(14) between what(15) between \
	what(16) between what(17) between what(18) between what(19) between \
	what(20) between what(21) between what(22) between what(23) between \
	what(24) between what(25) between what(26) between what(27) between \
	what(28) between what(29) between what(30) between what(31)

#define IG_COMMA ,

EACH(SLOT, )

const struct ig_prog_slot ig_prog_slots[IG_PROG_SLOTS] = { EACH(SLOT_OF, IG_COMMA) };
