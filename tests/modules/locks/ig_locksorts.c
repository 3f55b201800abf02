// SPDX-License-Identifier: GPL-2.0
/*
 * ig_locksorts - locks of one class to a kernel without lockdep, of several with
 *
 * All are mutexes or semaphores in allocated memory, and initialised by one
 * helper, ig_sorts_new().  What it does with the lock of device='s group, by
 * mode=:
 *   nested   ig_sorts_nested() takes a parent's mutex, the group lock, and the
 *            child's by mutex_lock_nested().  Right.
 *   sem      likewise with semaphores, down_write() and down_read_nested().
 *            Right.
 *   class    ig_sorts_class() takes an outer mutex, the group lock and an inner
 *            one, which lockdep_set_class() tells apart.  Right.
 *   reused   the outer mutex is freed, and the inner one is made in its memory.
 *            Right.
 *   three    a child's mutex under the group lock, and that under another mutex,
 *            ig_sorts_mutex, under a parent's.  Right.
 *   same     ig_sorts_same() takes one and the same mutex under the group lock,
 *            and by mutex_lock_nested() around it.  An inversion, whatever it
 *            says.
 *   gone     likewise, and then the mutex is freed and another one made in its
 *            memory.  An inversion.
 *
 * How it heals: nothing is held or left behind.
 */
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>

#include "ig_lock.h"

MODULE_PARM_DESC(mode, "nested (default), sem, class, reused, three, same or gone");

struct ig_node {
	struct mutex lock;
	struct rw_semaphore sem;
};

static struct lock_class_key ig_outer_key, ig_inner_key;
static DEFINE_MUTEX(ig_sorts_mutex);

static ig_site void ig_sorts_new(struct ig_node *node)
{
	mutex_init(&node->lock);
	init_rwsem(&node->sem);
}

static ig_site int ig_sorts_child(struct device *dev, void *data)
{
	struct ig_node *child = data;

	mutex_lock_nested(&child->lock, SINGLE_DEPTH_NESTING);
	mutex_unlock(&child->lock);
	return 1;
}

static ig_site int ig_sorts_nested(struct ig_node *nodes)
{
	mutex_lock(&nodes[0].lock);
	iommu_group_for_each_dev(ig_group, &nodes[1], ig_sorts_child);
	mutex_unlock(&nodes[0].lock);
	return 0;
}

static ig_site int ig_sorts_child_sem(struct device *dev, void *data)
{
	struct ig_node *child = data;

	down_read_nested(&child->sem, SINGLE_DEPTH_NESTING);
	up_read(&child->sem);
	return 1;
}

static ig_site int ig_sorts_sem(struct ig_node *nodes)
{
	down_write(&nodes[0].sem);
	iommu_group_for_each_dev(ig_group, &nodes[1], ig_sorts_child_sem);
	up_write(&nodes[0].sem);
	return 0;
}

static ig_site int ig_sorts_inner(struct device *dev, void *data)
{
	struct ig_node *inner = data;

	mutex_lock(&inner->lock);
	mutex_unlock(&inner->lock);
	return 1;
}

static ig_site int ig_sorts_class(struct ig_node *nodes)
{
	lockdep_set_class(&nodes[0].lock, &ig_outer_key);
	lockdep_set_class(&nodes[1].lock, &ig_inner_key);
	mutex_lock(&nodes[0].lock);
	iommu_group_for_each_dev(ig_group, &nodes[1], ig_sorts_inner);
	mutex_unlock(&nodes[0].lock);
	return 0;
}

static ig_site void ig_sorts_outer(struct ig_node *node)
{
	mutex_lock(&node->lock);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&node->lock);
}

static ig_site int ig_sorts_reused(struct ig_node *nodes)
{
	lockdep_set_class(&nodes[0].lock, &ig_outer_key);
	ig_sorts_outer(&nodes[0]);
	mutex_destroy(&nodes[0].lock);
	ig_sorts_new(&nodes[0]);
	lockdep_set_class(&nodes[0].lock, &ig_inner_key);
	iommu_group_for_each_dev(ig_group, &nodes[0], ig_sorts_inner);
	return 0;
}

static ig_site int ig_sorts_three(struct ig_node *nodes)
{
	mutex_lock(&nodes[0].lock);
	mutex_lock(&ig_sorts_mutex);
	mutex_unlock(&ig_sorts_mutex);
	mutex_unlock(&nodes[0].lock);
	mutex_lock(&ig_sorts_mutex);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_sorts_mutex);
	iommu_group_for_each_dev(ig_group, &nodes[1], ig_sorts_child);
	return 0;
}

static ig_site int ig_sorts_same(struct ig_node *nodes)
{
	iommu_group_for_each_dev(ig_group, &nodes[0], ig_sorts_inner);
	mutex_lock_nested(&nodes[0].lock, SINGLE_DEPTH_NESTING);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&nodes[0].lock);
	return 0;
}

static ig_site int ig_sorts_gone(struct ig_node *nodes)
{
	/* others come first, so that no edge is of this one */
	ig_sorts_outer(&nodes[1]);
	iommu_group_for_each_dev(ig_group, &nodes[2], ig_sorts_inner);
	ig_sorts_outer(&nodes[0]);
	iommu_group_for_each_dev(ig_group, &nodes[0], ig_sorts_inner);
	mutex_destroy(&nodes[0].lock);
	ig_sorts_new(&nodes[0]);
	return 0;
}

static int ig_sorts_with(int (*run)(struct ig_node *nodes))
{
	struct ig_node *nodes = kcalloc(3, sizeof(*nodes), GFP_KERNEL);
	int i, ret;

	if (!nodes)
		return -ENOMEM;
	for (i = 0; i < 3; i++)
		ig_sorts_new(&nodes[i]);
	ret = run(nodes);
	kfree(nodes);
	return ret;
}

#define IG_SORTS(what)							\
	static int ig_sorts_run_##what(void)				\
	{								\
		return ig_sorts_with(ig_sorts_##what);			\
	}

IG_SORTS(nested)
IG_SORTS(sem)
IG_SORTS(class)
IG_SORTS(reused)
IG_SORTS(three)
IG_SORTS(same)
IG_SORTS(gone)

static const struct ig_mode ig_modes[] = {
	{ "nested", ig_sorts_run_nested },
	{ "sem", ig_sorts_run_sem },
	{ "class", ig_sorts_run_class },
	{ "reused", ig_sorts_run_reused },
	{ "three", ig_sorts_run_three },
	{ "same", ig_sorts_run_same },
	{ "gone", ig_sorts_run_gone },
	{ }
};

ig_module(ig_locksorts, ig_mode_run_on_group(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: classes that only lockdep is told of");
