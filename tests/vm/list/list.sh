#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Groups, their devices and their counts are listed, also while a group is locked.
. ./lib.sh
prefix="list: "

expect 0 "text" iommu-group list
holds "text: a group's devices" $out " $SINGLE "
expect 0 "JSON" iommu-group list -j
json_is "JSON: references" groups.0.references \
	"$(./jsonq $out groups.0.held_by_devices)"
expect 0 "one group" iommu-group list -j -g $(group_of $SHARED)
json_is "one group: only that" groups.# 1
json_has "one group: its devices" groups.0.devices "$SHARED"

# A group lock that somebody holds for long must not hang the collector.
insmod ig_lockhold.ko device=$SINGLE ms=12000
expect 0 "group lock held" iommu-group list -j
holds "group lock held: says so" $err 'no answer from the group lock'
json_is "group lock held: the group is listed all the same" groups.# \
	"$(ls /sys/kernel/iommu_groups | wc -l)"
grep -q ' msleep' /proc/$(pidof ig_lockhold)/stack 2>/dev/null &&
	ok "group lock held: it was, all the time" ||
	not_ok "group lock held: it was, all the time"
rmmod ig_lockhold
plan
