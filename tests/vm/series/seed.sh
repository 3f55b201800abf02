#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the patch of 2012 promised to user space, on any kernel: directories and
# links, ids, groups that go away by themselves, and who shares a group.  See
# docs/seed-coverage.md.
. ./lib.sh
prefix="seed: "
groups=/sys/kernel/iommu_groups
devices=/sys/bus/pci/devices

# is NAME ACTUAL EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		echo "# '$2', expected '$3'"
		not_ok "$1"
	fi
}

# members GROUP: the names of its devices on one line
members() {
	ls $groups/$1/devices | tr '\n' ' ' | sed 's/ $//'
}

# mates DEVICE: all of its group
mates() {
	members "$(group_of "$1")"
}

# Every link of a group leads to a device whose link leads back.
links() {
	astray=0
	for link in $groups/*/devices/*; do
		readlink -f "$link"
		group=${link#"$groups"/}
		[ "$(readlink -f "$link/iommu_group")" = "$groups/${group%%/*}" ] ||
			astray=$((astray + 1))
	done >/tmp/places
	is "links of devices lead back to the group" $astray 0
	is "no device is in two groups" \
		"$(sort -u /tmp/places | wc -l)" "$(wc -l </tmp/places)"
}

directories() {
	is "ids are small numbers, from 0 on" "$(ls $groups | sort -n | tr '\n' ' ')" \
		"$(seq 0 $(($(ls $groups | wc -l) - 1)) | tr '\n' ' ')"
	for file in devices reserved_regions type; do
		is "each group has $file" "$(ls -d $groups/*/$file | wc -l)" \
			"$(ls $groups | wc -l)"
	done
	is "no name unless a driver gives one" "$(ls $groups/*/name 2>/dev/null)" ""
	if [ -L $devices/$SINGLE/iommu_group ]; then
		ok "iommu_group of a device is a link"
	else
		not_ok "iommu_group of a device is a link"
	fi
	links
}

# The IOMMU drivers ask the bus for its topology: pci_device_group().
topology() {
	is "a device that is isolated is alone" "$(mates $SINGLE)" $SINGLE
	is "behind a bridge to PCI nobody can be told apart" \
		"$(mates $SHARED)" \
		"0000:00:18.0 0000:01:01.0 0000:01:01.1 0000:01:01.2 0000:01:01.3"
	is "functions that may reach each other are together" \
		"$(mates 0000:00:1f.0)" "0000:00:1f.0 0000:00:1f.2 0000:00:1f.3"
	for device in /sys/devices/pci0000:00/pci_bus/0000:00 \
		$devices/0000:00:18.0/pci_bus/0000:01; do
		is "no group of its own on another bus: ${device##*/}" \
			"$(ls -d $device $device/iommu_group 2>/dev/null)" $device
	done
}

# A group lives as long as a device is in it or a reference to it is held.
life() {
	id=$(group_of $SINGLE)
	echo 1 >$devices/$SINGLE/remove
	is "a group without devices goes away" "$(ls -d $groups/$id 2>/dev/null)" ""
	echo 1 >/sys/bus/pci/rescan
	is "an id that is free is used again" "$(group_of $SINGLE)" "$id"

	expect 0 "hold a reference" insmod ig_balanced.ko device=$SINGLE hold=1
	echo 1 >$devices/$SINGLE/remove
	is "with a reference held it stays, empty" "$(ls $groups/$id; members $id)" \
		"devices
reserved_regions
type"
	echo 1 >/sys/bus/pci/rescan
	if [ "$(group_of $SINGLE)" = "$id" ]; then
		not_ok "the device is in a new group now"
	else
		ok "the device is in a new group now"
	fi
	expect 0 "drop the reference" rmmod ig_balanced
	is "with the last reference it goes" "$(ls -d $groups/$id 2>/dev/null)" ""
	./hotplug.sh 1 $SINGLE
	is "the old id is free again" "$(group_of $SINGLE)" "$id"
}

symbols() {
	for function in alloc get put add_device remove_device for_each_dev id; do
		holds "function iommu_group_$function" /proc/kallsyms \
			" T iommu_group_$function\$"
	done
	lacks "iommu_device_group is gone" /proc/kallsyms ' iommu_device_group$'
}

directories
topology
life
symbols
plan
