#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each script of bpf/bpftrace says the right thing about a workload that is
# known.  Needs bpftrace, the scripts and a patched kernel.
. ./lib.sh

# watch SCRIPT COMMAND...: what the script prints while the commands run to $out
watch() {
	script=$1
	shift
	prefix="$script.bt: "
	printf '%s\n' 'set -e' "$@" 'echo workload: done' >/tmp/workload
	expect 0 "runs" ./bpftrace $script.bt -c '/bin/sh /tmp/workload' || return
	holds "its workload ran" $out '^workload: done$'
	lacks "no complaint" $err 'ERROR\|WARNING\|Lost'
}

# total NAME VALUE PATTERN: the figures at the end of such lines add up to it
total() {
	sum=$(sed -n "s/^$3: \(-\{0,1\}[0-9]*\)\$/\1/p" $out |
		awk '{ n += $1 } END { print n + 0 }')
	if [ "$sum" -eq "$2" ]; then
		ok "$1"
	else
		echo "# $sum instead of $2: $3"
		not_ok "$1" $out
	fi
}

lifecycle() {
	single=$(group_of $SINGLE)
	shared=$(group_of $SHARED)
	watch lifecycle "./hotplug.sh 2 $SINGLE $SHARED" "./vfio.sh 1 $OTHER"
	at='^[0-9]* *[0-9]* *hotplug.sh *'
	holds "a group is made" $out "$at$single alloc *pci_device_group$"
	holds "a device joins" $out "$at$single add *$SINGLE$"
	holds "a device leaves" $out "$at$single remove *$SINGLE$"
	holds "a group goes" $out "$at$single release *lived [0-9]* ms$"
	holds "a driver is bound" $out " bound *$OTHER$"
	holds "a driver is unbound" $out " unbound *$OTHER$"
	lacks "a group that stays is not released" $out " $shared release"
	holds "a group that is new and alive" $out "^@alive\[$single, 0x[0-9a-f]*\]: [0-9]"
	holds "as many devices as before" $out "^@devices\[$shared\]: 0$"
}

refs() {
	single=$(group_of $SINGLE)
	other=$(group_of $OTHER)
	watch refs "insmod ig_balanced.ko device=$OTHER" "./vfio.sh 2 $OTHER" \
		"insmod ig_leak.ko device=$SINGLE count=3"
	rmmod ig_leak
	rmmod ig_balanced
	holds "a leak: who" $out "^@outstanding\[$single, ig_leak_success\]: 3$"
	holds "a leak: the group's count" $out "^@refs\[$single\]: 4$"
	holds "balanced: gets" $out "^@gets\[$other, ig_balanced[a-z_]*\]: [1-9]"
	total "balanced: as many gets as puts" 0 "@outstanding\[$other, .*\]"
	lacks "balanced: nobody is named" $out '@outstanding.*ig_balanced'
	holds "balanced: the group's count" $out "^@refs\[$other\]: 1$"

	watch refs "./hotplug.sh 3 $OTHER"
	total "hotplug: as many gets as puts" 0 "@outstanding\[$other, .*\]"
	total "hotplug: puts" 6 "@puts\[$other, .*\]"
	holds "hotplug: the device's own reference" $out \
		"^@outstanding\[$other, pci_device_group\]: 1$"
}

# The KUnit suite is the one who registers notifiers.
notifier() {
	watch notifier 'modprobe iommu-group-kunit' "./vfio.sh 1 $OTHER"
	modprobe -r iommu-group-kunit
	holds "registered" $out ' register *igk_[a-z_]* ret=0$'
	holds "registered twice" $out ' register *igk_[a-z_]* ret=-17$'
	holds "unregistered" $out ' unregister *igk_[a-z_]* ret=0$'
	for action in ADD_DEVICE DEL_DEVICE BOUND_DRIVER; do
		holds "$action: a dispatch" $out " $action .* called=[1-9][0-9]* us=[0-9]* inside=0$"
		holds "$action: callbacks" $out "^@callbacks\[$action\]: [1-9]"
		holds "$action: durations" $out "^@us\[$action\]: $"
	done
	holds "a dispatch inside another" $out ' called=[1-9].* inside=1$'
	holds "a dispatch that was stopped" $out '^@stopped\[[A-Z_]*\]: [1-9]'
	lacks "nothing stays registered" $out '^@registered'
}

# How many are in the histogram of that name
histogram() {
	sed -n "/^@$1: \$/,/^\$/s/^\[.*) *\([0-9]*\) |.*/\1/p" $out |
		awk '{ n += $1 } END { print n + 0 }'
}

attach() {
	watch attach "./vfio.sh 3 $OTHER" "./vfio.sh --cdev 2 $SHARED"
	other=$(group_of $OTHER)
	shared=$(group_of $SHARED)
	members=$(ls /sys/kernel/iommu_groups/$shared/devices | wc -l)
	for what in attach detach; do
		holds "$what: one device" $out " $other $what *UNMANAGED *1 *[0-9]* 0$"
		holds "$what: $members devices" $out " $shared $what *UNMANAGED *$members *[0-9]* 0$"
		seen="$(histogram "${what}_us\[1\]") $(histogram "${what}_us\[$members\]")"
		if [ "$seen" = "3 2" ]; then
			ok "$what: durations by number of devices"
		else
			echo "# in the histograms: $seen"
			not_ok "$what: durations by number of devices" $out
		fi
	done
	holds "waits for the lock" $out '^@lock_us: $'
	lacks "none failed" $out '^@failed'
}

lifecycle
refs
notifier
attach
plan
