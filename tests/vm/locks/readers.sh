#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Readers wait for each other when a writer waits in between, and are no finding
# when none does.
. ./lib.sh
prefix="readers: "

# Each mode has locks of its own, so that one audit can see several.
modes() {
	echo "for mode in $*; do
		insmod ig_lockreaders.ko device=$SINGLE mode=\$mode && rmmod ig_lockreaders || exit
	done"
}

expect 2 "wrong" iommu-group locks --settle 0 -- \
	sh -c "$(modes writer killable downgraded two mid)"
holds "wrong: five" $out '^findings: 5 findings'
for lock in ig_sem_writer ig_sem_downgraded ig_sem_other ig_readers_second; do
	holds "wrong: $lock" $out "lock-cycle: group->mutex is taken while $lock \[ig_lockreaders\] is held"
done
holds "wrong: in allocated memory" $out 'lock-cycle: .*ig_readers_killable'
for function in outer outer_killable outer_downgraded two mid inner inner_killable \
	take_first; do
	holds "wrong: names $function" $out " ig_readers_$function+0x"
done
holds "wrong: why they wait" $out 'while a writer waits for ig_sem_writer'

expect_clean "right" iommu-group locks --settle 0 -j -- sh -c "$(modes none try)"
json_has "right: nobody writes: said" notes 'ig_sem_none .*for reading only'
json_has "right: nobody waits to write: said" notes 'ig_sem_try .*for reading only'

# cpus.sh has the writers.
expect_clean "the lock of CPU hotplug" iommu-group locks --settle 0 -j -- \
	sh -c "insmod ig_lockkinds.ko device=$SINGLE mode=cpus && rmmod ig_lockkinds"
json_has "the lock of CPU hotplug: said" notes 'cpu_hotplug_lock.*for reading only'

# Lockdep's own kernels tell who is no owner.
if grep -q ' down_read_non_owner$' /proc/kallsyms; then
	expect_clean "handed over" iommu-group locks --settle 0 -j -- \
		sh -c "$(modes handed)"
else
	lossy reader_handed_over "handed over" iommu-group locks --settle 0 -j -- \
		sh -c "$(modes handed)"
fi
json_is "handed over: no finding" findings.# 0
plan
