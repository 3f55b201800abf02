#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# usage: guest.sh WARM_UP PAIRS ROUNDS
#
# All measurements of one kernel, in one guest.  Prints, tab-separated:
#   kernel  RELEASE
#   pair    ROW COMMAND NS...       one figure per round
#   start   ROW COMMAND NS          from exec of the tool to its workload
#   failed  pair|start ROW COMMAND MESSAGE
# A figure is printed only when the tool says that it saw every pair.
# shellcheck disable=SC2086 # $workload is a command with its arguments
warm_up=$1 pairs=$2 rounds=$3
total=$((warm_up + pairs * rounds))
tab=$(printf '\t')
tracing=/sys/kernel/tracing
workload="./pairs.sh /tmp/ns $warm_up $pairs $rounds"

progress() {
	echo "  $(uname -r): $*" >&2
}

# message: the line in the tool's output that says why, on one line
message() {
	line=$(grep -v '^ *$' /tmp/err /tmp/out -h 2>/dev/null |
		grep -i -m 1 -e error -e fail -e cannot -e 'not ')
	[ -n "$line" ] || line=$(grep -v '^ *$' -h /tmp/err /tmp/out | tail -n 1)
	echo "$line" | tr '\t' ' '
}

failed() { # KIND ROW COMMAND MESSAGE
	printf 'failed\t%s\t%s\t%s\t%s\n' "$@"
}

# run_tool COMMAND...: its output to /tmp/out and /tmp/err, its status as ours
run_tool() {
	rm -f /tmp/ns /tmp/t0 /tmp/t1
	"$@" >/tmp/out 2>/tmp/err </dev/null
}

# seen_iommu_group | seen_bpftrace: how many gets and puts the tool counted
seen_iommu_group() {
	awk '/ig_bench_pairs/ { n += $2 + $3 } END { print n + 0 }' /tmp/out
}

seen_bpftrace() {
	awk '/^(@(get|put)|\]).*: [0-9]+$/ { n += $NF } END { print n + 0 }' /tmp/out
}

# measure ROW SEEN COMMAND...
measure() {
	row=$1 seen=$2
	shift 2
	progress "$row"
	run_tool "$@"
	status=$?
	if [ $status -ne 0 ]; then
		failed pair "$row" "$*" "$(message) (status $status)"
	elif [ "$(wc -l </tmp/ns)" -ne "$rounds" ]; then
		failed pair "$row" "$*" "its workload did not run"
	elif [ "$($seen)" -ne $((2 * total)) ]; then
		failed pair "$row" "$*" "it counted $($seen) of $((2 * total)) calls"
	else
		printf 'pair\t%s\t%s\t%s\n' "$row" "$*" "$(tr '\n' "$tab" </tmp/ns)"
	fi
}

bpftrace_counts() { # ROW PROBE MAP_KEY
	if [ ! -x ./bpftrace ]; then
		failed pair "$1" bpftrace "bpftrace is not installed"
		return
	fi
	measure "$1" seen_bpftrace ./bpftrace -e \
		"$2:iommu_group_get { @get$3 = count(); } $2:iommu_group_put { @put$3 = count(); }" \
		-c "/bin/sh $workload"
}

# What the tracer itself needs is no part of the rounds.
function_tracer() {
	row='ftrace function tracer, stacks' command='function tracer with func_stack_trace'
	progress "$row"
	if ! grep -qw function $tracing/available_tracers 2>/dev/null; then
		failed pair "$row" "$command" "this kernel has no function tracer"
		return
	fi
	: >/tmp/out
	{
		printf '%s\n' iommu_group_get iommu_group_put >$tracing/set_ftrace_filter &&
			echo function >$tracing/current_tracer &&
			echo 1 >$tracing/options/func_stack_trace &&
			run_tool $workload
	} 2>/tmp/err
	status=$?
	grep -c '=> ig_bench_pairs' $tracing/trace >/tmp/out
	echo 0 >$tracing/options/func_stack_trace
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
	if [ $status -ne 0 ]; then
		failed pair "$row" "$command" "$(message) (status $status)"
	elif [ "$(cat /tmp/out)" -eq 0 ]; then
		failed pair "$row" "$command" "it kept no stack of ig_bench_pairs"
	else
		printf 'pair\t%s\t%s\t%s\n' "$row" "$command" "$(tr '\n' "$tab" </tmp/ns)"
	fi
}

# start_up ROW COMMAND...
start_up() {
	row=$1
	shift
	progress "start-up of $row"
	run_tool ./stamp /tmp/t0 "$@"
	status=$?
	if [ $status -eq 0 ] && [ -s /tmp/t1 ]; then
		printf 'start\t%s\t%s\t%s\n' "$row" "$*" \
			$(($(cat /tmp/t1) - $(cat /tmp/t0)))
	else
		failed start "$row" "$*" "$(message) (status $status)"
	fi
}

bpftrace_start() { # ROW PROBE
	if [ ! -x ./bpftrace ]; then
		failed start "$1" bpftrace "bpftrace is not installed"
		return
	fi
	start_up "$1" ./bpftrace -e \
		"$2:iommu_group_get { @get[kstack] = count(); } $2:iommu_group_put { @put[kstack] = count(); }" \
		-c './stamp /tmp/t1'
}

everything() {
	echo $((2 * total))
}

# backends: those of iommu-group that this kernel has
backends() {
	[ ! -d $tracing/events/iommu_group ] || echo tracepoint
	echo fentry kprobe
}

printf 'kernel\t%s\n' "$(uname -r)"
mount -t tracefs none $tracing 2>/dev/null
insmod ig_bench.ko device=0000:00:10.0 pairs=1 || exit 1

# What a boot leaves to be done in the background is done in a while.
sleep 5
measure untraced everything $workload
for backend in $(backends); do
	# -v: with the table of call sites, which holds the counts
	measure "iommu-group refs, $backend" seen_iommu_group \
		iommu-group refs -v --backend $backend --settle 0.2 -- $workload
done
bpftrace_counts 'bpftrace fentry, kernel stacks' kfunc '[kstack]'
bpftrace_counts 'bpftrace kprobe, kernel stacks' kprobe '[kstack]'
bpftrace_counts 'bpftrace fentry, plain counts' kfunc ''
bpftrace_counts 'bpftrace kprobe, plain counts' kprobe ''
function_tracer

for backend in $(backends); do
	start_up "iommu-group refs, $backend" \
		iommu-group refs --backend $backend --settle 0.2 -- ./stamp /tmp/t1
done
bpftrace_start 'bpftrace fentry, kernel stacks' kfunc
bpftrace_start 'bpftrace kprobe, kernel stacks' kprobe
# Whatever a tool left behind would show here.
measure 'untraced, afterwards' everything $workload
