#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Programs that nobody here wrote, as far as they came along (CLIENTS of tests/vm/boot):
# what they do is right, so an audit of it is clean and lists who holds what; a leak
# beside them is found.
# usage: clients.sh BACKEND
. ./lib.sh
backend=$1
prefix="$backend: "
refs="iommu-group refs --settle 1 --backend $backend -j"

beside() { # NAME WORKLOAD
	expect 2 "a leak beside $1" $refs -- sh -c \
		"$2; insmod ig_leak.ko device=$CLEAN heal=1"
	json_is "a leak beside $1: rule" findings.0.rule ref-leak
	json_has "a leak beside $1: function" findings.0.stack '^ig_leak_success+0x'
	json_is "a leak beside $1: nothing else" findings.# 1
	rmmod ig_leak
}

# The kernel's sample of a driver of mediated devices, a serial port.
mtty() {
	if [ ! -e mtty.ko ] || ! modprobe -a vfio mdev 2>/dev/null; then
		skip mtty "it did not come along"
		return
	fi
	uuid=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
	insmod mtty.ko || not_ok "mtty is loaded"
	create="echo $uuid >/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create"
	remove="echo 1 >/sys/bus/mdev/devices/$uuid/remove"
	expect 0 "mtty: a device is made" $refs -- sh -c "$create"
	json_is "mtty: a device is made: held by" held.0.holder vfio
	json_is "mtty: a device is made: by nothing else" held.# 1
	expect 0 "mtty: it is left alone" $refs -- true
	json_is "mtty: it is left alone: held by" held.0.holder vfio
	expect 0 "mtty: it is removed" $refs -- sh -c "$remove"
	json_is "mtty: it is removed: nothing is held" held.# 0
	expect 0 "mtty: made and removed" $refs -- sh -c "$create; $remove"
	json_is "mtty: made and removed: nothing is held" held.# 0
	beside mtty "$create"
	sh -c "$remove"
	rmmod mtty
}

# The kernel's selftest of iommufd, with an IOMMU of its own.
iommufd() {
	if [ ! -e iommufd ] || ! ls /sys/class/iommu | grep -q iommufd; then
		skip "iommufd's selftest" "it did not come along, or the kernel has no mock IOMMU"
		return
	fi
	real=amd
	! ls /sys/class/iommu | grep -q dmar || real=intel
	[ ! -e /proc/sys/vm/nr_hugepages ] || echo 16 >/proc/sys/vm/nr_hugepages
	# Some of its tests want what this guest has not; their number is the same every time.
	timeout -s KILL 1500 ./iommufd >/tmp/iommufd.alone 2>&1
	alone=$(sed -n 's/^# Totals: //p' /tmp/iommufd.alone)
	expect 0 "iommufd's selftest" $refs -- sh -c \
		'./iommufd >/tmp/iommufd.log 2>&1; true'
	json_is "iommufd's selftest: nothing is held" held.# 0
	json_is "iommufd's selftest: the IOMMU is still" iommu "$real"
	traced=$(sed -n 's/^# Totals: //p' /tmp/iommufd.log)
	echo "# iommufd's selftest: $traced"
	if [ -n "$traced" ] && [ "$traced" = "$alone" ]; then
		ok "iommufd's selftest: it goes as without an audit"
	else
		not_ok "iommufd's selftest: it goes as without an audit ($alone)" /tmp/iommufd.log
	fi
	beside "iommufd's selftest" './iommufd >/tmp/iommufd.log 2>&1; true'
}

mtty
iommufd
plan
