#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each kind of holder comes, stays and goes: clean, and listed while it is there.
# What it leaves behind, or what leaks beside it, is found.
# usage: holders.sh BACKEND
. ./lib.sh
backend=$1
prefix="$backend: "
refs="iommu-group refs --settle 1 --backend $backend -j"
pci=/sys/bus/pci
run=/tmp/holders.run

# to DRIVER | off DRIVER: words of a workload that binds the device, or unbinds it
to() {
	echo "echo $1 >$pci/devices/$SINGLE/driver_override; echo $SINGLE >$pci/drivers/$1/bind"
}

off() {
	echo "echo $SINGLE >$pci/drivers/$1/unbind"
}

# held NAME HOLDER: the first that is listed, and nothing else is
held() {
	json_is "$1: held by" held.0.holder "$2"
	json_is "$1: one reference" held.0.count 1
	json_is "$1: by nothing else" held.# 1
}

none_held() {
	json_is "$1: nothing is held" held.# 0
}

# leaked NAME HOW_MANY FUNCTION: one finding
leaked() {
	json_is "$1: rule" findings.0.rule ref-leak
	json_is "$1: how many" findings.0.count "$2"
	json_has "$1: function" findings.0.stack "^$3+0x"
	json_is "$1: nothing else" findings.# 1
}

# comes_stays_goes NAME HOLDER COME GO
comes_stays_goes() {
	expect 0 "$1 comes" iommu-group record --settle 1 --backend $backend \
		-o $run -- sh -c "$3"
	expect 0 "$1 comes: report" iommu-group report -j $run
	held "$1 comes" $2
	expect 0 "$1 stays" $refs -- true
	expect 0 "$1 goes" $refs -- sh -c "$4"
	none_held "$1 goes"
	expect 0 "$1 comes and goes" $refs -- sh -c "$3; $4"
	none_held "$1 comes and goes"
}

a_driver() {
	insmod ig_bound.ko heal=1
	comes_stays_goes "driver" driver "$(to ig_bound)" "$(off ig_bound)"
	expect 0 "driver takes two" $refs -- sh -c \
		"echo 2 >/sys/module/ig_bound/parameters/take; $(to ig_bound)"
	json_is "driver takes two: both are held" held.0.count 2
	expect 0 "driver is bound again" $refs -- sh -c \
		"$(off ig_bound); $(to ig_bound)"
	expect 2 "a leak beside a bound driver" $refs -- sh -c \
		"$(off ig_bound); $(to ig_bound); insmod ig_leak.ko device=$SINGLE heal=1"
	leaked "a leak beside a bound driver" 1 ig_leak_success
	rmmod ig_leak
	# It was bound before: what is taken now is not its probe's.
	expect 2 "a leak while a driver stays bound" $refs -- \
		insmod ig_leak.ko device=$SINGLE heal=1
	leaked "a leak while a driver stays bound" 1 ig_leak_success
	rmmod ig_leak
	off ig_bound | sh
	expect 2 "driver leaves one of two behind" $refs -- sh -c \
		"echo 1 >/sys/module/ig_bound/parameters/lose; $(to ig_bound); $(off ig_bound)"
	json_is "driver leaves one of two behind: how many" findings.0.count 1
	json_has "driver leaves one of two behind: function" findings.0.stack \
		'^ig_bound_\(first\|second\)+0x'
	none_held "driver leaves one of two behind"
	rmmod ig_bound
	insmod ig_bound.ko lose=1 heal=1
	expect 2 "driver leaves one behind, and is bound again" $refs -- sh -c \
		"$(to ig_bound); $(off ig_bound); $(to ig_bound)"
	leaked "driver leaves one behind, and is bound again" 1 ig_bound_first
	json_is "driver leaves one behind, and is bound again: one is held" \
		held.0.count 1
	expect 2 "driver that was bound before leaves one behind" $refs -- sh -c \
		"$(off ig_bound); $(to ig_bound)"
	leaked "driver that was bound before leaves one behind" 1 ig_bound_first
	off ig_bound | sh
	rmmod ig_bound
	echo >$pci/devices/$SINGLE/driver_override
}

# Devices below the one of the group, which are in none: their driver holds it.
children() {
	# With older references about, it would not be known whose another task drops.
	comes_stays_goes "driver of a child" driver \
		"insmod ig_child.ko device=$CLEAN children=1" "rmmod ig_child"
	expect 0 "two children" $refs -- insmod ig_child.ko device=$SINGLE heal=1
	json_is "two children: both hold one" held.0.count 2
	json_has "two children: whose driver" held.0.message 'bound to ig_child'
	expect 0 "a child is bound again" $refs -- sh -c \
		'd=/sys/bus/platform/drivers/ig_child; echo ig_child.0 >$d/unbind; echo ig_child.0 >$d/bind'
	rmmod ig_child
	expect 2 "a leak beside the driver of a child" $refs -- sh -c \
		"insmod ig_child.ko device=$SINGLE; insmod ig_leak.ko device=$SINGLE heal=1"
	leaked "a leak beside the driver of a child" 1 ig_leak_success
	json_is "a leak beside the driver of a child: held" held.0.count 2
	rmmod ig_leak
	rmmod ig_child
	expect 2 "the driver of a child leaves one behind" $refs -- sh -c \
		"insmod ig_child.ko device=$SINGLE children=1 lose=1 heal=1; echo ig_child.0 >/sys/bus/platform/drivers/ig_child/unbind"
	leaked "the driver of a child leaves one behind" 1 ig_child_lose
	none_held "the driver of a child leaves one behind"
	rmmod ig_child
}

# The group is that of the device alone, and goes with it.
emulated() {
	comes_stays_goes "emulated VFIO device" vfio \
		"modprobe vfio; insmod ig_vgpu.ko" "rmmod ig_vgpu"
	expect 0 "platform driver beside VFIO" $refs -- insmod ig_vgpu.ko hold=1
	json_is "platform driver beside VFIO: VFIO" held.0.holder vfio
	json_is "platform driver beside VFIO: driver" held.1.holder driver
	expect 0 "platform driver beside VFIO goes" $refs -- rmmod ig_vgpu
}

mediated() {
	if [ ! -e ig_mdev.ko ] || ! modprobe mdev 2>/dev/null; then
		skip "mediated device" "this kernel has none"
		return
	fi
	uuid=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
	insmod ig_mdev.ko
	create=$(echo /sys/devices/ig_mdev/mdev_supported_types/*/create)
	comes_stays_goes "mediated device" vfio "echo $uuid >$create" \
		"echo 1 >/sys/bus/mdev/devices/$uuid/remove"
	echo 1 >/sys/module/ig_mdev/parameters/hold
	expect 0 "driver of a mediated device" $refs -- sh -c "echo $uuid >$create"
	json_is "driver of a mediated device: VFIO" held.0.holder vfio
	json_is "driver of a mediated device: driver" held.1.holder driver
	rmmod ig_mdev
}

vfio_pci() {
	modprobe vfio-pci 2>/dev/null
	comes_stays_goes "vfio-pci" vfio "$(to vfio-pci)" "$(off vfio-pci)"
	expect 2 "a leak beside vfio-pci" $refs -- sh -c \
		"$(to vfio-pci); insmod ig_leak.ko device=$SINGLE heal=1"
	leaked "a leak beside vfio-pci" 1 ig_leak_success
	rmmod ig_leak
	expect 0 "vfio-pci is bound again" $refs -- sh -c \
		"$(off vfio-pci); $(to vfio-pci)"
	held "vfio-pci is bound again" vfio
	off vfio-pci | sh
	echo >$pci/devices/$SINGLE/driver_override
}

# The context is that of a process outside the run, which is told when to begin.
iommufd() {
	modprobe iommufd 2>/dev/null
	allow=/sys/module/iommufd/parameters/allow_unsafe_interrupts
	[ ! -e $allow ] || echo 1 >$allow
	to vfio-pci | sh
	./vfio cdev $SINGLE >/dev/null 2>&1
	if [ $? -eq 77 ]; then
		skip "iommufd" "this kernel has none"
	else
		mkfifo /tmp/begin
		(
			read -r _ </tmp/begin
			exec ./vfio hold-cdev $SINGLE 120
		) &
		expect 0 "iommufd comes" $refs -- sh -c 'echo >/tmp/begin; sleep 2'
		json_is "iommufd comes: VFIO" held.0.holder vfio
		json_is "iommufd comes: iommufd" held.1.holder iommufd
		expect 0 "iommufd stays" $refs -- true
		json_is "iommufd stays: known by its owner" held.1.holder iommufd
		expect 2 "a leak beside iommufd" $refs -- \
			insmod ig_leak.ko device=$SINGLE heal=1
		leaked "a leak beside iommufd" 1 ig_leak_success
		rmmod ig_leak
		expect 0 "iommufd goes" $refs -- sh -c "kill $!; sleep 1"
		held "iommufd goes" vfio
	fi
	off vfio-pci | sh
	echo >$pci/devices/$SINGLE/driver_override
}

# Older than the run: its group stays without a device, and is no finding.
an_older_holder() {
	insmod ig_leak.ko device=$CLEAN heal=1
	expect 0 "an older holder keeps a removed device's group" $refs -- \
		sh -c "echo 1 >$pci/devices/$CLEAN/remove"
	json_has "an older holder keeps a removed device's group: said" notes \
		'from before the run keeps it alive'
	expect 0 "a group without a device from before the run" $refs -- true
	rmmod ig_leak
	echo 1 >$pci/rescan
}

a_driver
children
emulated
mediated
vfio_pci
iommufd
an_older_holder
plan
