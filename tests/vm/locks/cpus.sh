#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The lock of CPU hotplug, which nearly all tasks only read. For a guest with two CPUs.
. ./lib.sh
prefix="CPU hotplug: "
locks="iommu-group locks --settle 0"
other_cpu=/sys/devices/system/cpu/cpu1/online
both="insmod ig_lockkinds.ko device=$SINGLE mode=cpus && rmmod ig_lockkinds"
round="echo 0 >$other_cpu && echo 1 >$other_cpu"

expect_clean "readers only" $locks -j -- sh -c "$both"
json_has "readers only: said" notes cpu_hotplug_lock
expect 2 "and a CPU goes" $locks -j -- sh -c "$both && $round"
json_is "and a CPU goes: rule" findings.0.rule lock-cycle
json_is "and a CPU goes: nothing else" findings.# 1
./jsonq $out findings.0 >/tmp/finding
for what in cpu_hotplug_lock ig_lockkinds_cpus+0x ig_lockkinds_under_cpus+0x; do
	holds "and a CPU goes: names $what" /tmp/finding "$what"
done

# What the kernel does by itself when CPUs and devices come and go is right.
expect_clean "CPUs, devices and types" $locks -j -- sh -c "
	$round || exit
	for round in 1 2 3; do
		echo 1 >/sys/bus/pci/devices/$CLEAN/remove
		$round
		echo 1 >/sys/bus/pci/rescan
		./type.sh 1 $OTHER
	done; true"
plan
