// SPDX-License-Identifier: GPL-2.0
/*
 * Writes small lock programs for ig_lockprog, one a line: a seed, a bar, the program.
 * The same seed is the same program for ever.  Each step can be done at once when the
 * ones before it are done, so nothing hangs, whatever the order of the locks.
 *
 * usage: generate FIRST-SEED NUMBER
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCKS 7 /* the last one is the group lock */
#define GROUP (LOCKS - 1)
#define THREADS 3
#define DEPTH 4

struct lock {
	char kind; /* as it is written: m, s, r, q; 0 for none; g */
	int place;
	char key; /* ! or ?, 0 for none */
	int writer; /* a thread from 1 on, 0 for none */
	int readers[THREADS + 1];
	int unowned; /* readers that any thread may release */
};

struct thread {
	int n; /* locks held, with each reader of one */
	int held[DEPTH];
};

static uint64_t state;
static struct lock locks[LOCKS];
static struct thread threads[THREADS + 1];
static int current;

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int below(int n)
{
	return next_random() % n;
}

static bool percent(int n)
{
	return below(100) < n;
}

static bool is_sem(const struct lock *l)
{
	return l->kind == 'r' || l->kind == 'q';
}

static int all_readers(const struct lock *l)
{
	int t, n = l->unowned;

	for (t = 1; t <= THREADS; t++)
		n += l->readers[t];
	return n;
}

/* A static lock is one: it is not made twice. */
static bool is_taken(char kind, int place)
{
	int i;

	for (i = 0; i < GROUP; i++)
		if (locks[i].kind == kind && locks[i].place == place)
			return true;
	return false;
}

static void make_lock(struct lock *l)
{
	static const char kinds[] = "mmmmmrrrrrsq";
	char kind = kinds[below(sizeof(kinds) - 1)];
	/* few places, so that some locks are of one class */
	int place = kind == 's' ? below(2) : kind == 'q' ? 0 : below(3);

	if ((kind == 's' || kind == 'q') && is_taken(kind, place))
		kind = kind == 's' ? 'm' : 'r';
	l->kind = kind;
	l->place = place;
	if (percent(10))
		l->key = percent(70) ? '!' : '?';
}

static void make_locks(void)
{
	int i, n = 1 + below(4);

	for (i = 0; i < n; i++) {
		make_lock(&locks[i]);
		printf(" %c=%c%d", 'A' + i, locks[i].kind, locks[i].place);
		if (locks[i].key)
			printf("%c", locks[i].key);
	}
	locks[GROUP].kind = 'g';
	printf(" ;");
}

static struct lock *any_lock(void)
{
	struct lock *l;

	if (percent(35))
		return &locks[GROUP];
	do
		l = &locks[below(GROUP)];
	while (!l->kind);
	return l;
}

static void step(char how, const struct lock *l)
{
	printf(" %d%c%c", current, how, l ? 'A' + (int)(l - locks) : '-');
}

static void keep(struct lock *l, bool read)
{
	struct thread *t = &threads[current];

	t->held[t->n++] = l - locks;
	if (read)
		l->readers[current]++;
	else
		l->writer = current;
}

/* One of the letters, the more often the more there are. */
static char one_of(const char *letters)
{
	int n = 0;

	while (letters[n])
		n++;
	return letters[below(n)];
}

static void take_read(struct lock *l)
{
	char how = one_of("rrrrrrrmyyh");

	if (l->writer) {
		/* it does not get it, nor wait */
		if (percent(30))
			step('y', l);
		return;
	}
	step(how, l);
	if (how == 'h')
		l->unowned++;
	else
		keep(l, true);
}

static void take_write(struct lock *l)
{
	char how = l->kind == 'g' ? one_of("lllllltip") :
				    one_of("lllllllllttnip");

	if (l->writer || all_readers(l)) {
		if (percent(30))
			step('t', l);
		return;
	}
	step(how, l);
	keep(l, false);
}

static void take(void)
{
	struct lock *l = any_lock();

	if (is_sem(l) && percent(60))
		take_read(l);
	else
		take_write(l);
}

/* @at: of the locks that the thread holds */
static void release(int at)
{
	struct thread *t = &threads[current];
	struct lock *l = &locks[t->held[at]];
	int i;

	if (l->writer) {
		step('u', l);
		l->writer = 0;
	} else {
		step('v', l);
		l->readers[current]--;
	}
	for (i = at + 1; i < t->n; i++)
		t->held[i - 1] = t->held[i];
	t->n--;
}

static void release_one(void)
{
	struct thread *t = &threads[current];
	struct lock *l;
	int i;

	for (i = 0; i < GROUP; i++)
		if (locks[i].unowned && percent(40)) {
			step('w', &locks[i]);
			locks[i].unowned--;
			return;
		}
	if (!t->n)
		return;
	l = &locks[t->held[t->n - 1]];
	if (is_sem(l) && l->writer && percent(25)) {
		step('d', l);
		l->readers[current]++;
		l->writer = 0;
		return;
	}
	release(percent(80) ? t->n - 1 : below(t->n));
}

static void end_thread(void)
{
	struct thread *t = &threads[current];

	if (t->n && percent(6)) {
		step('x', NULL);
		return;
	}
	while (t->n)
		release(percent(70) ? t->n - 1 : below(t->n));
}

/* What nobody owns goes first, for there has to be a thread to do it. */
static void end_all(void)
{
	int i;

	for (i = 0; i < GROUP; i++)
		for (; locks[i].unowned; locks[i].unowned--)
			step('w', &locks[i]);
	for (current = 1; current <= THREADS; current++)
		end_thread();
}

static void generate(uint64_t seed)
{
	int i, steps;

	state = seed * 0xd1342543de82ef95 + 1;
	for (i = 0; i < LOCKS; i++)
		locks[i] = (struct lock){};
	for (i = 0; i <= THREADS; i++)
		threads[i] = (struct thread){};
	current = 1;
	printf("%llu|", (unsigned long long)seed);
	make_locks();
	steps = 6 + below(18);
	for (i = 0; i < steps; i++) {
		if (percent(threads[current].n ? 10 : 50))
			current = 1 + below(THREADS);
		if (threads[current].n < DEPTH &&
		    percent(threads[current].n < 2 ? 80 : 45))
			take();
		else
			release_one();
	}
	end_all();
	printf("\n");
}

int main(int argc, char **argv)
{
	unsigned long long seed, n;

	if (argc != 3) {
		fprintf(stderr, "usage: generate FIRST-SEED NUMBER\n");
		return 1;
	}
	seed = strtoull(argv[1], NULL, 10);
	for (n = strtoull(argv[2], NULL, 10); n; n--)
		generate(seed++);
	return 0;
}
