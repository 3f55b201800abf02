#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What an audit could not see or keep is said, and makes it inconclusive.
# usage: losses.sh BACKEND
. ./lib.sh
backend=$1
prefix="$backend: "
refs="iommu-group refs --settle 0 --backend $backend -j"

# hide FUNCTION: puts a list of what can be hooked that lacks it in the place of the
# kernel's own, which is $hidden
hide() {
	if [ $backend = kprobe ]; then
		hidden=/proc/kallsyms
		sed "s/ $1\$/ _$1/" $hidden >/tmp/list
	else
		hidden=/sys/kernel/btf/vmlinux
		cat $hidden >/tmp/list
		at=$(strings -t d /tmp/list | sed -n "s/^ *\([0-9]*\) $1\$/\1/p")
		printf _ | dd of=/tmp/list bs=1 seek=$at conv=notrunc 2>/dev/null
	fi
	mount --bind /tmp/list $hidden
}

expect_clean "nothing lost: exit status" $refs -- \
	sh -c "insmod ig_balanced.ko device=$SINGLE && rmmod ig_balanced"

# More than is kept.
lossy site_table_full "too many call sites" $refs --max-sites 1 -- \
	sh -c "insmod ig_many.ko device=$SINGLE mode=sites && rmmod ig_many"
lossy symbol_map_full "too many addresses in modules" \
	$refs --max-sites 16384 --max-stacks 16384 -- \
	sh -c "insmod ig_many.ko device=$SINGLE mode=symbols && rmmod ig_many"
expect 2 "too many violations: exit status" $refs -- \
	sh -c "insmod ig_unbalanced.ko mode=two rounds=140 && rmmod ig_unbalanced"
json_is "too many violations: findings" findings.# 2
# two a round, of which 256 are kept
json_is "too many violations: said" losses.violations_full.count 24

# What was not seen.
insmod ig_unbalanced.ko mode=once
lossy read_failed "added, and found in the list before" $refs -- \
	sh -c "echo again >/sys/module/ig_unbalanced/parameters/run"
rmmod ig_unbalanced
if [ $backend != tracepoint ]; then
	# A kernel that lacks one of the events gets another backend.
	hide iommu_group_ref_get
	lossy probes_missing "a function that cannot be found" $refs -- true
	json_is "a function that cannot be found: which" \
		losses.probes_missing.reason iommu_group_ref_get
	umount $hidden
fi
if [ $backend != kprobe ]; then
	# While a kprobe is handled, the kernel calls no other one.
	lossy programs_missed "in an interrupt of a program" $refs -- \
		sh -c "insmod ig_interrupt.ko device=$SINGLE mode=get && rmmod ig_interrupt"
	lossy snapshot_unstable "references that move while they are counted" \
		$refs -- insmod ig_interrupt.ko device=$SINGLE mode=read
	rmmod ig_interrupt
fi
lossy snapshot_unreadable "in a PID namespace" unshare -fp $refs -- true
devices=/sys/kernel/iommu_groups/$(group_of $SINGLE)/devices
mount -t tmpfs none $devices
lossy sysfs_disagrees "another folder in place of the devices" $refs -- true
umount $devices

# Only with the events of the series.
if [ $backend = tracepoint ]; then
	lossy count_disagrees "a put that is not traced" $refs -- \
		sh -c "insmod ig_untraced.ko device=$SINGLE && rmmod ig_untraced"
	json_is "a put that is not traced: so many" losses.count_disagrees.count 1
	lossy notifier_map_full "too many notifiers" $refs --max-stacks 8192 -- \
		sh -c "insmod ig_many.ko device=$SINGLE mode=notifiers && rmmod ig_many"
fi

# A holder whose reference somebody else has dropped.
pci=/sys/bus/pci
modprobe vfio-pci
echo vfio-pci >$pci/devices/$SHARED/driver_override
echo $SHARED >$pci/drivers/vfio-pci/bind
lossy holders_uncovered "a put of what vfio holds" $refs -- \
	insmod ig_overput.ko device=$SHARED
rmmod ig_overput
echo $SHARED >$pci/drivers/vfio-pci/unbind
echo >$pci/devices/$SHARED/driver_override
plan
