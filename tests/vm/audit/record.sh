#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A run that was recorded gets the verdict later, elsewhere and by anybody, that
# check gives at once.  Leaks a reference of $OTHER.
. ./lib.sh
prefix="record: "
run=/tmp/run.json
check="iommu-group check --settle 0"
record="iommu-group record --settle 0 -o $run"

# values KEY...: what the document says of each
values() {
	for key; do
		echo "$key $(./jsonq $out $key)"
	done
}

# same STATUS NAME KEYS COMMAND...: check and report agree; the module is removed
same() {
	status=$1 name=$2 keys=$3
	shift 3
	expect $status "$name: check" $check -j -- "$@"
	values $keys >/tmp/live
	[ "$1" != insmod ] || rmmod ${2%.ko}
	expect $status "$name: record" $record -- "$@"
	[ "$1" != insmod ] || rmmod ${2%.ko}
	holds "$name: record: says where" $err "recorded in $run"
	expect $status "$name: report" iommu-group report -j $run
	values $keys >/tmp/later
	if cmp -s /tmp/live /tmp/later; then
		ok "$name: the same"
	else
		diff /tmp/live /tmp/later | sed 's/^/# /'
		not_ok "$name: the same"
	fi
}

same 0 "clean" "verdict findings.# losses kernel backend iommu" true
same 4 "failed workload" "verdict workload.status losses" false
keys="verdict findings.# findings.0.rule findings.0.group findings.0.message"
same 2 "leak" "$keys findings.0.stack findings.0.suspects" \
	insmod ig_leak.ko device=$OTHER count=3
expect 2 "as anybody: exit status" as_nobody iommu-group report $run
holds "as anybody: the function that leaks" $out 'ig_leak_success+0x'
expect 2 "as JUnit: exit status" iommu-group report -f junit $run
holds "as JUnit: the rule" $out '<failure type="ref-leak"'
expect 2 "to a file: exit status" iommu-group report -f ktap -o /tmp/ktap $run
holds "to a file: KTAP" /tmp/ktap '^not ok .* ref-leak'

same 2 "inversion" "verdict findings.# findings.0.rule" \
	insmod ig_inversion.ko device=$SINGLE mode=abba
holds "inversion: one side" $out 'ig_inversion_forward+0x'
holds "inversion: the other" $out 'ig_inversion_backward+0x'
expect 2 "order of locks: exit status" \
	iommu-group report --order --dot /tmp/dot $run
holds "order of locks" $out 'ig_inversion_mutex'
holds "order of locks: as a graph" /tmp/dot 'color=red'

expect 3 "loss: record" iommu-group record --max-groups 1 -o $run -- true
expect 3 "loss: report" iommu-group report -j $run
json_is "loss: verdict" verdict inconclusive
json_has "loss: which" losses group_map_full

# What was caught in the act, and nobody knows what it is.
expect 2 "violation: record" iommu-group record --settle 0 --backend kprobe \
	-o /tmp/known -- insmod ig_unbalanced.ko mode=two
rmmod ig_unbalanced
sed 's/"raw":{"kind":[0-9]*/"raw":{"kind":0/g' /tmp/known >/tmp/unknown
lossy unknown_violation "violation of an unknown kind" iommu-group report -j /tmp/unknown

# What was recorded stays until there is another record.
fails "workload not found" "workload './nothing' not found" $record -- ./nothing
expect 3 "workload not found: the old record" iommu-group report $run
iommu-group record -- echo hello >$run 2>$err
status=$?
[ $status -eq 0 ] && ok "to standard output: exit status" ||
	not_ok "to standard output: exit status ($status)" $err
holds "to standard output: the workload's is elsewhere" $err '^hello$'
expect 0 "to standard output: report" iommu-group report $run

fails "disk full" 'cannot write /dev/full' \
	iommu-group record -o /dev/full -- true
fails "nothing to record" 'needs a workload' iommu-group record -o $run
fails "no file" 'needs a file' iommu-group report
fails "no such file" 'cannot read /nowhere/run' iommu-group report /nowhere/run
fails "two files" "takes one file; leave out 'two'" iommu-group report $run two
fails "another file" 'no record of iommu-group' iommu-group report ./lib.sh
fails "not for report" 'are for record' iommu-group report -d 1 $run
head -c 1000 $run >/tmp/short
fails "cut off" 'ends too early' iommu-group report /tmp/short
expect 1 "cut off: in JSON" iommu-group report -j /tmp/short
json_has "cut off: in JSON: says so" error 'ends too early'
plan
