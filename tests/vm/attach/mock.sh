#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a mock IOMMU driver does is timed as it was done: sizes, failures,
# waiting, and nothing counted twice.  On 6.1 only without another IOMMU.
. ./lib.sh
prefix="mock: "
attach="iommu-group attach -j"
parameters=/sys/module/ig_mock/parameters

# value PATH
value() {
	./jsonq $out "$1"
}

# script NAME: with `mock PARAMETER VALUE` at hand
script() {
	{
		echo "mock() { echo \"\$2\" >$parameters/\$1; }"
		cat
	} >/tmp/$1
}

# A device costs more than timing it could.
expect 0 "sizes: exit status" $attach -- \
	insmod ig_mock.ko run=attach:1,2,3,4,8,16,64 rounds=5 cost_ns=50000
echo 0 >$parameters/cost_ns
n=0
for devices in 1 2 3 4 8 16 64; do
	json_is "sizes: $devices: operation" sizes.$n.operation iommu_attach_group
	json_is "sizes: $devices: devices" sizes.$n.devices $devices
	json_is "sizes: $devices: so many" sizes.$n.count 5
	n=$((n + 1))
done
json_is "sizes: detached as often" sizes.7.operation iommu_detach_group
json_is "sizes: a fit" fits.0.operation iommu_attach_group
json_is "sizes: of so many" fits.0.sizes 7
json_is "sizes: as many of the slowest as are kept" slowest.# 16
json_has "sizes: the slowest names the caller" slowest.0.stack 'ig_mock_'

# op NAME TEXT: of the mock
op() {
	echo "mock run '$2'" | script op.sh
	expect 0 "$1: exit status" $attach -- sh /tmp/op.sh
}

op "one device" "device 1"
json_is "one device: operation" sizes.0.operation iommu_attach_device
json_is "one device: counted once" sizes.# 2
op "claim" "claim 8"
json_is "claim: operation" sizes.0.operation iommu_group_claim_dma_owner
json_is "claim: released" sizes.1.operation iommu_group_release_dma_owner
if grep -q ' iommu_replace_group_handle$' /proc/kallsyms; then
	op "handle" "handle 8"
	json_is "handle: attached" sizes.0.operation iommu_attach_group_handle
	json_is "handle: replaced" sizes.1.operation iommu_replace_group_handle
	json_is "handle: detached" sizes.2.operation iommu_detach_group_handle
else
	skip "handle" "this kernel has none"
fi

# The fifth of eight devices fails, and the four before it are put back.
script fail.sh <<'EOF'
mock fail_at 5
mock run 'attach 8'
mock fail_at 0
EOF
expect 0 "failure: exit status" $attach --calls -- sh /tmp/fail.sh
json_is "failure: nothing else is slower: all are kept" slowest.# 7
json_is "failure: operation" failed.0.operation iommu_attach_group
json_is "failure: so many" failed.0.count 5
json_is "failure: errors" failed.0.errors.ENOMEM 5
n=0
until value slowest.$n.error >/dev/null 2>&1 || [ $n -gt 15 ]; do
	n=$((n + 1))
done
json_is "failure: one of the slowest" slowest.$n.error ENOMEM
# 6.1 puts all eight back, 6.12 five, 7.3 the four that had been attached.
json_has "failure: the callbacks that went back count as well" slowest.$n.calls '^9$\|^10$\|^13$'

# Another task holds the group lock for 50 ms before each attach.
script hold.sh <<'EOF'
mock hold_ms 50
mock run 'attach 4'
mock hold_ms 0
EOF
expect 0 "waiting: exit status" $attach -- sh /tmp/hold.sh
wait_ns=$(value sizes.0.wait_ns)
rest_ns=$(($(value sizes.0.driver_ns) + $(value sizes.0.rest_ns)))
if [ "$wait_ns" -ge 40000000 ]; then
	ok "waiting: told apart"
else
	not_ok "waiting: told apart" $out
fi
if [ $rest_ns -lt $((wait_ns / 2)) ]; then
	ok "waiting: not counted as attaching"
else
	echo "# $rest_ns ns beside $wait_ns ns of waiting"
	not_ok "waiting: not counted as attaching" $out
fi

# Type changes of a group that is kept.
echo keep 1 16 >$parameters/run
group=/sys/bus/platform/devices/ig_mock.0/iommu_group
script type.sh <<EOF
echo identity >$group/type && echo DMA >$group/type
EOF
if sh /tmp/type.sh 2>/dev/null; then
	expect 0 "type: exit status" $attach -- sh /tmp/type.sh
	json_is "type: operation" sizes.0.operation iommu_group_store_type
	json_is "type: devices" sizes.0.devices 16
	json_is "type: so many" sizes.0.count 2
else
	skip "type" "the kernel refuses it"
fi
echo drop >$parameters/run

# Groups of another size each time, perhaps at the same address.
script grow.sh <<'EOF'
mock rounds 1
for n in 5 4 6 4; do
	mock run "attach $n"
done
EOF
expect 0 "sizes that change: exit status" $attach -- sh /tmp/grow.sh
json_is "sizes that change: 4" sizes.0.devices 4
json_is "sizes that change: twice" sizes.0.count 2
json_is "sizes that change: 5" sizes.1.devices 5
json_is "sizes that change: 6" sizes.2.devices 6

# Many groups, and a large one.
before=$(ls /sys/kernel/iommu_groups | wc -l)
echo keep 500 1 >$parameters/run
echo keep 1 1000 >$parameters/run
expect 0 "large: list" iommu-group list -j
json_is "large: so many groups" groups.# $((before + 501))
json_is "large: a large one" groups.$((before + 500)).references 1000
expect_clean "large: check" iommu-group check -j --settle 1 -- true
json_is "large: verdict" verdict clean
echo drop >$parameters/run
script gone.sh <<'EOF'
mock run 'attach 8'
rmmod ig_mock
EOF
expect 0 "gone: check" iommu-group check -j -- sh /tmp/gone.sh
json_is "gone: verdict" verdict clean
plan
