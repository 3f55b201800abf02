#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The events of a patched kernel work with nothing but tracefs: each is there as
# a line of key=value, what it counts adds up, and switched off it is silent.
. ./lib.sh
prefix="tracefs: "
tracing=/sys/kernel/tracing
events=$tracing/events/iommu_group
group='group=[0-9a-f]\{16\} id=[0-9][0-9]*'
caller='caller=[A-Za-z0-9_.]*+0x[0-9a-f]*/0x[0-9a-f]*'

# record NAME COMMAND...: what the events say meanwhile to /tmp/trace
record() {
	what=$1
	shift
	echo >$tracing/trace
	"$@" >$out 2>$err || not_ok "$what" $out $err
	cat $tracing/trace >/tmp/trace
}

# line EVENT FIELDS [SAYS]: the event with just these fields behind group and id
line() {
	holds "$what: $1${3:+ $3}" /tmp/trace \
		": iommu_group_$1: $group${2:+ $2}\( \[[a-z_]*\]\)\{0,1\}$"
}

replug() {
	./hotplug.sh 1 $SINGLE
}

# What the gets and puts of each group add up to, from the first one on, is what
# the last one told; a group that is released has come down to nothing.
adds_up() {
	sed -n 's/.*: iommu_group_\([a-z_]*\): group=\([0-9a-f]*\) id=[0-9]*\( count=\(-\{0,1\}[0-9]*\)\)\{0,1\}.*/\1 \2 \4/p' /tmp/trace |
		awk '$1 == "alloc" { sum[$2] = told[$2] = 1 }
			$1 == "get" || $1 == "put" {
				if (!($2 in sum))
					sum[$2] = $3
				else
					sum[$2] += $1 == "get" ? 1 : -1
				told[$2] = $3
				n++
			}
			$1 == "release" && sum[$2] != 0 { print "released:", $2; bad = 1 }
			END {
				for (group in sum)
					if (sum[group] != told[group]) {
						print group, sum[group], told[group]
						bad = 1
					}
				print n + 0, "gets and puts"
				exit bad || n < 3
			}' >$out
}

balance() {
	if adds_up; then
		ok "$what: gets and puts add up"
	else
		not_ok "$what: gets and puts add up" $out /tmp/trace
	fi
}

removal_and_rescan() {
	record "removal and rescan" replug
	for action in DEL_DEVICE ADD_DEVICE; do
		line notify_begin "action=$action device=$SINGLE" $action
		line notify_end "action=$action device=$SINGLE called=0 ret=0" \
			$action
	done
	line lock_acquire "$caller"
	line lock_acquired "$caller"
	line lock_release "$caller"
	line remove_device "device=$SINGLE"
	line put "count=0 $caller"
	line release ''
	line alloc 'caller=pci_device_group+0x[0-9a-f]*/0x[0-9a-f]*'
	line add_device "device=$SINGLE"
	line get "count=2 $caller"
	in_order notify_begin notify_end lock_acquired remove_device \
		lock_release put release \
		alloc lock_acquired add_device lock_release get notify_begin \
		notify_end put
	balance
}

# in_order EVENT...: they follow one another like that, whatever is between
in_order() {
	wanted="$*"
	found=
	for event in $(sed -n 's/.*: iommu_group_\([a-z_]*\): .*/\1/p' /tmp/trace); do
		[ "$event" != "$1" ] || {
			found="$found${found:+ }$1"
			shift
		}
	done
	if [ "$found" = "$wanted" ]; then
		ok "$what: events come in order"
	else
		echo "# of '$wanted' came '$found'"
		not_ok "$what: events come in order" /tmp/trace
	fi
}

attach_and_detach() { # NAME OPTION...
	what=$1
	shift
	record "$what" ./vfio.sh "$@" 1 $OTHER
	for event in attach detach; do
		line ${event}_begin "domain=[0-9a-f]\{16\} type=UNMANAGED devices=1"
		line ${event}_end "domain=[0-9a-f]\{16\} type=UNMANAGED devices=1 ret=0"
	done
	for action in BIND_DRIVER BOUND_DRIVER UNBIND_DRIVER UNBOUND_DRIVER; do
		line notify_begin "action=$action device=$OTHER" $action
	done
	balance
}

# The KUnit suite is the one who registers notifiers.
notifiers() {
	record notifiers modprobe iommu-group-kunit
	modprobe -r iommu-group-kunit
	registration="callback=igk_[a-z_]*\( \[iommu_group_kunit\]\)\{0,1\}"
	for ret in 0 -17; do
		line register_notifier "$registration ret=$ret $caller" $ret
	done
	for ret in 0 -2; do
		line unregister_notifier "$registration ret=$ret $caller" $ret
	done
	holds "notifiers: two callbacks called" /tmp/trace \
		': iommu_group_notify_end: .* called=2 ret='
	balance
}

# silent NAME: nothing of ours in what was recorded
silent() {
	lacks "$1" /tmp/trace ': iommu_group_'
}

[ -d $tracing/events ] || mount -t tracefs none $tracing
if ! [ -d $events ]; then
	not_ok "the events are there"
	plan
	exit
fi
# Before the kernel has gathered randomness, hashed pointers are all the same.
echo 0 >$tracing/options/hash-ptr
record "before they are switched on" replug
silent "off to begin with"

echo 1 >$events/enable
removal_and_rescan
attach_and_detach "VFIO's container"
attach_and_detach iommufd --cdev
notifiers

echo "id == $(group_of $OTHER)" >$events/filter
record filter ./hotplug.sh 1 $SINGLE $OTHER
holds "filter: the group that was asked for" /tmp/trace "add_device: .* device=$OTHER"
lacks "filter: and no other" /tmp/trace "add_device: .* device=$SINGLE"
echo 0 >$events/filter

echo 0 >$events/enable
record "switched off" replug
silent "off again"
echo 1 >$tracing/options/hash-ptr
plan
