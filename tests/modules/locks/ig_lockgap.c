// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockgap - what is released while no probe runs
 *
 * The parameter run says what two kernel threads do, one word at a time:
 *   read    the first reads ig_gap_sem, in ig_gap_read(), and
 *   drop    reads it no more;
 *   group   it takes the lock of device='s group, in ig_gap_group();
 *   beside  the second reads ig_gap_sem and
 *   gone    reads it no more;
 *   write   the caller writes ig_gap_sem with the group lock held, in
 *           ig_gap_write().
 * All of it in this order is right: the first holds nothing when it takes the group
 * lock.  Who sees nothing between read and group believes that it does, and that
 * ig_gap_sem is read is true.
 */
#include <linux/completion.h>
#include <linux/rwsem.h>

#include "ig_lock.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "keep (default)");

static DECLARE_RWSEM(ig_gap_sem);

/* What a thread is to do next, and whether it has. */
struct ig_gap {
	void (*next)(void);
	struct completion wanted, done;
	struct task_struct *task;
};

static struct ig_gap ig_gap_first, ig_gap_second;

static int ig_gap_main(void *data)
{
	struct ig_gap *gap = data;
	void (*next)(void);

	complete(&gap->done);
	do {
		/* idle, or it would count as hung */
		while (!try_wait_for_completion(&gap->wanted))
			schedule_timeout_idle(1);
		/* once it is done, there may be another one */
		next = gap->next;
		if (next)
			next();
		complete(&gap->done);
	} while (next);
	while (!kthread_should_stop())
		schedule_timeout_idle(HZ / 10);
	return 0;
}

static int ig_gap_start(struct ig_gap *gap)
{
	init_completion(&gap->wanted);
	init_completion(&gap->done);
	gap->task = ig_thread_start(ig_gap_main, gap, &gap->done, "ig_gap");
	return PTR_ERR_OR_ZERO(gap->task);
}

static void ig_gap_tell(struct ig_gap *gap, void (*next)(void))
{
	gap->next = next;
	complete(&gap->wanted);
	wait_for_completion(&gap->done);
}

static void ig_gap_end(struct ig_gap *gap)
{
	ig_gap_tell(gap, NULL);
	ig_thread_end(gap->task);
}

static ig_site void ig_gap_read(void)
{
	down_read(&ig_gap_sem);
	barrier();
}

static ig_site void ig_gap_drop(void)
{
	up_read(&ig_gap_sem);
	barrier();
}

static ig_site void ig_gap_group(void)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	barrier();
}

static int ig_gap_write_one(struct device *dev, void *data)
{
	down_write(&ig_gap_sem);
	up_write(&ig_gap_sem);
	return 1;
}

static ig_site void ig_gap_write(void)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_gap_write_one);
	barrier();
}

static int ig_gap_keep(void)
{
	int ret = ig_gap_start(&ig_gap_first);

	if (ret)
		return ret;
	ret = ig_gap_start(&ig_gap_second);
	if (ret)
		ig_gap_end(&ig_gap_first);
	else
		iommu_group_ref_get(ig_group);
	return ret;
}

static void ig_gap_keep_no_more(void)
{
	ig_gap_end(&ig_gap_first);
	ig_gap_end(&ig_gap_second);
	iommu_group_put(ig_group);
}

static const struct ig_gap_word {
	const char *word;
	struct ig_gap *who;
	void (*what)(void);
} ig_gap_words[] = {
	{ "read", &ig_gap_first, ig_gap_read },
	{ "drop", &ig_gap_first, ig_gap_drop },
	{ "group", &ig_gap_first, ig_gap_group },
	{ "beside", &ig_gap_second, ig_gap_read },
	{ "gone", &ig_gap_second, ig_gap_drop },
	{ "write", NULL, ig_gap_write },
};

static int ig_gap_run(const char *val, const struct kernel_param *kp)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ig_gap_words); i++) {
		if (!sysfs_streq(val, ig_gap_words[i].word))
			continue;
		if (ig_gap_words[i].who)
			ig_gap_tell(ig_gap_words[i].who, ig_gap_words[i].what);
		else
			ig_gap_words[i].what();
		return 0;
	}
	return -EINVAL;
}

static const struct kernel_param_ops ig_gap_run_ops = {
	.set = ig_gap_run,
};
module_param_cb(run, &ig_gap_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "read, drop, group, beside, gone or write");

static const struct ig_mode ig_modes[] = {
	{ "keep", ig_gap_keep, ig_gap_keep_no_more },
	{ }
};

ig_module(ig_lockgap, ig_mode_run_on_group(ig_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group lock test: what is released while no probe runs");
