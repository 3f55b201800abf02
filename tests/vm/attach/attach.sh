#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Attaching by the real drivers is timed, each operation apart, and wrong use is
# answered.
# usage: attach.sh [ROUNDS]
. ./lib.sh
rounds=${1:-5}
prefix="attach: "
attach="iommu-group attach"

# op_index OPERATION [LIST]: where it is in $out, empty for nowhere
op_index() {
	i=0
	while ./jsonq $out ${2:-sizes}.$i.operation >/tmp/operation 2>/dev/null; do
		[ "$(cat /tmp/operation)" != $1 ] || echo $i
		i=$((i + 1))
	done | head -n 1
}

# op_is NAME OPERATION KEY VALUE
op_is() {
	at=$(op_index $2)
	json_is "$1" "sizes.${at:-none}.$3" "$4"
}

# op_has NAME OPERATION KEY PATTERN
op_has() {
	at=$(op_index $2)
	json_has "$1" "sizes.${at:-none}.$3" "$4"
}

# sums NAME OPERATION: what an average operation is made of adds up
sums() {
	at=$(op_index $2)
	total=0
	for part in wait_ns driver_ns own_ns rest_ns; do
		total=$((total + $(./jsonq $out sizes.$at.$part)))
	done
	mean=$(./jsonq $out sizes.$at.mean_ns)
	if [ $((total - mean)) -le 3 ] && [ $((mean - total)) -le 3 ]; then
		ok "$1"
	else
		echo "# the parts add up to $total, the mean is $mean"
		not_ok "$1" $out
	fi
}

# VFIO: claim, attach, detach, release, each with the function that does it
expect 0 "VFIO: exit status" $attach -j -- ./vfio.sh $rounds $SHARED
for op in iommu_attach_group iommu_detach_group iommu_group_claim_dma_owner \
	iommu_group_release_dma_owner; do
	op_is "VFIO: $op: so many" $op count $rounds
	op_is "VFIO: $op: devices of the group" $op devices 5
done
sums "VFIO: the parts of an attach add up" iommu_attach_group
json_is "VFIO: nothing failed" failed.# 0
json_is "VFIO: the slowest: task" slowest.0.task vfio
json_has "VFIO: the slowest: stack" slowest.0.stack 'vfio'
op_has "VFIO: time in the driver" iommu_attach_group driver_ns '^[1-9]'

expect 0 "each call: exit status" $attach --calls -j -- ./vfio.sh $rounds $SHARED
json_is "each call: so many" slowest.0.calls 5
json_is "each call: their times" slowest.0.calls_ns.# 5
json_has "each call: the slowest device" slowest.0.slowest_call.device '^0000:0'
sums "each call: the parts of an attach add up" iommu_attach_group

./type.sh 1 $SINGLE >/dev/null 2>&1
if [ $? -eq 0 ]; then
	expect 0 "types: exit status" $attach -j -- ./type.sh $rounds $SINGLE
	op_is "types: so many" iommu_group_store_type count $((2 * rounds))
	op_is "types: devices" iommu_group_store_type devices 1
	lacks "types: none failed" $out '"error"'
	# Seen, or said not to be; before 6.5 it is not called in the loop.
	op_has "types: time in the driver" iommu_group_store_type driver_ns \
		'^[1-9]\|^null$'
	expect 0 "types, each call: exit status" $attach --calls -j -- \
		./type.sh $rounds $SINGLE
	op_has "types, each call: time in the driver" iommu_group_store_type \
		driver_ns '^[1-9]'
else
	skip "types" "the kernel refuses them"
fi

# Only what was asked for.
expect 3 "another group: exit status" $attach -j -g "$(group_of $OTHER)" -- \
	./vfio.sh 1 $SHARED
json_is "another group: not seen" sizes.# 0
expect 0 "this group: exit status" $attach -j -g "$(group_of $SHARED)" -- \
	./vfio.sh 1 $SHARED
op_is "this group: seen" iommu_attach_group count 1

# For people and for files.
expect 0 "text" $attach --svg /tmp/svg --folded /tmp/folded -- \
	./vfio.sh $rounds $SHARED
holds "text: the table" $out '^iommu_attach_group  *5  *'
holds "text: the run" $out '^attach: kernel '
holds "chart: is one" /tmp/svg '^<svg'
holds "chart: ends" /tmp/svg '^</svg>'
expect 0 "stacks: exit status" $attach --folded /tmp/folded -o /dev/null -- \
	./vfio.sh 100 $SHARED
holds "stacks: name the operation" /tmp/folded ';iommu_attach_group;.* [0-9][0-9]*$'
expect 0 "now and then: exit status" $attach --interval 0.5 -- \
	sh -c "./vfio.sh 1 $SHARED; sleep 3"
if [ "$(grep -c '^attach: kernel ' $out)" -ge 3 ]; then
	ok "now and then: more than once"
else
	not_ok "now and then: more than once" $out
fi

# A workload that never ends: what there is so far.
cat >/tmp/endless.sh <<END
./vfio.sh 2 $SHARED
touch /tmp/done
while :; do sleep 1; done
END
rm -f /tmp/done
$attach -j -- sh /tmp/endless.sh >$out 2>$err &
pid=$!
while [ ! -e /tmp/done ]; do sleep 1; done
# The shell has it ignored by what runs in the background; the second one kills.
kill -INT $pid
sleep 1
kill -INT $pid
wait $pid
status=$?
if [ $status -eq 0 ]; then
	ok "interrupted: exit status"
else
	echo "# exit status $status"
	not_ok "interrupted: exit status" $out $err
fi
op_is "interrupted: what was seen" iommu_attach_group count 2
json_is "interrupted: said" interrupted true

# Wrong use.
expect 3 "nothing happens: exit status" $attach -- true
holds "nothing happens: says so" $out 'no attach'
expect 3 "nothing happens: exit status with JSON" $attach -j -- true
json_is "nothing happens: counted" losses.no_attach.count 1
expect 4 "the workload fails" $attach -o /tmp/report -- sh -c "./vfio.sh 1 $SHARED; exit 9"
holds "the workload fails: reported all the same" /tmp/report '^iommu_attach_group'
expect 1 "no such workload" $attach -- /no/such
expect 1 "no kprobes" $attach --backend kprobe -- true
holds "no kprobes: says so" $err 'fentry'
expect 1 "not in JSON now and then" $attach -j --interval 1 -- true
expect 1 "a chart of references" iommu-group refs --svg /tmp/svg -- true
expect 3 "too few sizes: exit status" $attach -j --max-sizes 1 -- \
	./vfio.sh 1 $SHARED
json_has "too few sizes: count" losses.attach_sizes_full.count '^[1-9]'
expect 1 "no place for the chart" $attach --svg /no/such/file -- ./vfio.sh 1 $SHARED
holds "no place for the chart: the report is there" $out '^iommu_attach_group'
plan
