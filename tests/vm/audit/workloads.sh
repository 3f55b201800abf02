#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Real work on real drivers is clean: hotplug, and VFIO attach and detach.
# usage: workloads.sh BACKEND [ROUNDS]
. ./lib.sh
backend=$1
rounds=${2:-50}
prefix="$backend: "
check="iommu-group check -j --backend $backend"

expect_clean "PCI remove and rescan, $rounds rounds" $check -- \
	./hotplug.sh $rounds $SINGLE $SHARED
json_is "PCI remove and rescan: verdict" verdict clean
expect_clean "VFIO attach and detach, $rounds rounds" $check -- \
	./vfio.sh $rounds $OTHER
json_is "VFIO attach and detach: verdict" verdict clean

# vfio-pci keeps a reference while a device of the group is bound.
expect 0 "a living holder is no leak" $check -- \
	sh -c "modprobe vfio-pci && echo vfio-pci >/sys/bus/pci/devices/$OTHER/driver_override && echo $OTHER >/sys/bus/pci/drivers_probe"
json_is "a living holder is no leak: driver" held.0.holder vfio
json_is "a living holder is no leak: group" held.0.group $(group_of $OTHER)
expect 0 "the holder lets go" $check -- \
	sh -c "echo $OTHER >/sys/bus/pci/drivers/vfio-pci/unbind"
expect 2 "a leak beside a living holder is found" $check -- \
	sh -c "echo $OTHER >/sys/bus/pci/drivers_probe; insmod ig_leak.ko device=$OTHER heal=1"
json_has "a leak beside a living holder: function" findings.0.stack \
	'^ig_leak_success+0x'
rmmod ig_leak
echo $OTHER >/sys/bus/pci/drivers/vfio-pci/unbind
echo >/sys/bus/pci/devices/$OTHER/driver_override
plan
