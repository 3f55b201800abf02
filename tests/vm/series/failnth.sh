#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every allocation of hotplug, of binding and of attaching fails in turn; the
# references of all groups balance all the same, and the kernel has nothing to
# complain of but what docs/kernel-bugs.md knows.  Needs a kernel with failslab,
# such as patched:6.12+lockdep; others skip it.
# usage: failnth.sh [BACKEND]
. ./lib.sh
prefix="fail-nth: "
check="iommu-group check -j --settle 1 --backend ${1:-auto}"
complaint='WARNING: \|BUG: \|KASAN\|UBSAN\|Oops\|possible circular\|possible recursive\|inconsistent lock\|suspicious RCU\|refcount_t: '
# Where the IOMMU core warns that a driver could not go where it must: see
# "Limits of the kernel" in docs/kernel-bugs.md.
limits='iommu_setup_default_domain\|__iommu_release_dma_ownership\|iommu_detach_group\|iommu_detach_group_handle\|__iommu_group_set_domain_internal'
known="WARNING: .* at drivers/iommu/iommu.c:[0-9]* \\($limits\\)+0x"

# The log since the last mark to /tmp/dmesg.  The kernel's own buffer is too
# small for a sweep.
cat /dev/kmsg >/tmp/kmsg &
reader=$!
mark=0
log_since_mark() {
	mark=$((mark + 1))
	echo "<7>failnth.sh: mark $mark" >/dev/kmsg
	until grep -q "failnth.sh: mark $mark\$" /tmp/kmsg; do
		usleep 100000
	done
	sed "1,/failnth.sh: mark $((mark - 1))\$/d" /tmp/kmsg >/tmp/dmesg
}

complaints() {
	grep "$complaint" /tmp/dmesg | grep -v "$known" >/tmp/unknown
	if [ -s /tmp/unknown ]; then
		not_ok "$name: the kernel complains" /tmp/unknown /tmp/dmesg
	else
		ok "$name: no complaint of the kernel but known ones"
	fi
	grep "$known" /tmp/dmesg | sed 's/.*WARNING: .* at /# known: /' | sort | uniq -c |
		sed 's/^ *\([0-9]*\) # known:/# known: \1 times/'
}

# sweep NAME ARGUMENT...: of failnth
sweep() {
	name=$1
	shift
	$check -- ./failnth "$@" >$out 2>$err </dev/null
	status=$?
	log_since_mark
	if grep -q 'failnth: skipped' $err; then
		skip "$name" "$(sed -n 's/^failnth: skipped: //p' $err)"
		return
	fi
	figures=$(sed -n 's/.*: \([1-9][0-9]* failures injected, .*\)/\1/p' $err)
	if [ -n "$figures" ]; then
		ok "$name: $figures"
	else
		not_ok "$name: failures injected" $err
	fi
	if [ $status -eq 0 ]; then
		ok "$name: no finding"
	else
		echo "# exit status $status"
		not_ok "$name: no finding" $out $err
	fi
	complaints
}

log_since_mark
sweep "remove, alone in its group" remove $SINGLE
sweep "remove, one of several" remove $SHARED
# Not all of a rescan: the PCI core panics when it cannot sort resources, and a
# device that device_add() fails to add for reasons of its own stays in the list
# of its bus, out of reach.  See "Limits of the kernel" in docs/kernel-bugs.md.
sweep "rescan, into a group of its own" --within iommu_bus_notifier rescan $SINGLE
sweep "rescan, into the group of others" --within iommu_bus_notifier rescan $SHARED
sweep "rescan, finding the device" --within pci_scan_slot --outside device_add rescan $SINGLE
sweep "rescan, offering it to drivers" --within pci_bus_add_devices rescan $SINGLE
sweep "bind to vfio-pci" bind $OTHER
sweep "unbind from vfio-pci" unbind $OTHER
sweep "VFIO attach, one device" attach $OTHER
sweep "VFIO attach, several devices" attach $SHARED
sweep "iommufd attach, one device" cdev $OTHER
sweep "iommufd attach, several devices" cdev $SHARED
kill $reader
plan
