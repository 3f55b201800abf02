#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# usage: attach-guest.sh mock|real ROUNDS
#
# Attach times on one kernel, in one guest.  mock: groups of 1 to 4096 devices
# of a driver without hardware, what timing them costs, how well a cost that is
# known is found again, and how the tool itself scales.  real: VFIO and domain
# types by the real driver, on a group of one device and on those behind bridges.
# Prints, tab-separated:
#   kernel    RELEASE
#   run       NAME JSON             what iommu-group attach -j says
#   svg       NAME CHART
#   disturb   WAY DEVICES ROUNDS ATTACH_NS DETACH_NS
#   leaf      NAME OPERATION FUNCTION SHARE
#   accuracy  SET_NS OPERATION FOUND_NS
#   scale     WHAT GROUPS DEVICES NS KILOBYTES
#   failed    NAME MESSAGE
. ./lib.sh
kind=$1 rounds=$2
parameters=/sys/module/ig_mock/parameters
sizes=1,2,4,8,16,32,64,128,256,512,1024,2048,4096

say() {
	echo "  $(uname -r): $1" >&2
}

failed() { # NAME
	printf 'failed\t%s\t%s\n' "$1" "$(head -n 1 $err)"
}

# timed NAME COMMAND...: under iommu-group attach
timed() {
	name=$1
	shift
	say "$name"
	iommu-group attach -j -o $out --svg /tmp/svg --max-sizes 4096 -- "$@" \
		>/dev/null 2>$err </dev/null || {
		failed "$name"
		return 1
	}
	printf 'run\t%s\t' "$name"
	tr -d '\n' <$out
	printf '\nsvg\t%s\t' "$name"
	tr '\n' ' ' </tmp/svg
	echo
}

mock() { # PARAMETER VALUE
	echo "$2" >$parameters/$1
}

# What a boot leaves to be done later is over after this.
settle() {
	sleep 5
	while ps | grep -q '[c]ryptomgr'; do sleep 1; done
}

# own WAY FILE: what the module measured itself
own() {
	sed -n 's/.*devices=\([0-9]*\) rounds=\([0-9]*\).*attach_ns=\([0-9]*\).*detach_ns=\([0-9]*\).*/\1\t\2\t\3\t\4/p' \
		"$2" | sed "s/^/disturb\t$1\t/"
}

# one_way WAY COMMAND...: with the mock's own clock. The first 16 of a size are
# the slowest so far, and are kept with their stacks.
one_way() {
	way=$1
	shift
	"$@" >/dev/null 2>$err || failed "$way"
	own "$way, the first 16" /tmp/first
	own "$way" $parameters/result
}

disturbance() {
	for devices in 1 32 1024; do
		say "what timing costs, $devices"
		cat >/tmp/one.sh <<-END
			echo 16 >$parameters/rounds
			echo attach $devices >$parameters/run
			cat $parameters/result >/tmp/first
			echo $((devices > 100 ? 50 : 1000)) >$parameters/rounds
			echo attach $devices >$parameters/run
		END
		sh /tmp/one.sh
		one_way plain sh /tmp/one.sh
		one_way "iommu-group attach" iommu-group attach -o /dev/null -- sh /tmp/one.sh
		one_way "iommu-group attach --calls" iommu-group attach --calls \
			-o /dev/null -- sh /tmp/one.sh
	done
}

# A cost that is set for each device, and what the fit says it is.
accuracy() {
	for cost in 2000 20000 50000; do
		say "accuracy, $cost ns"
		mock cost_ns $cost
		mock rounds 5
		iommu-group attach -j -o $out -- sh -c \
			"echo attach 1,2,4,8,16,32,64,128,256 >$parameters/run" 2>$err
		for i in 0 1; do
			printf 'accuracy\t%s\t%s\t%s\n' $cost \
				"$(./jsonq $out fits.$i.operation)" "$(./jsonq $out fits.$i.b_ns)"
		done
	done
	mock cost_ns 0
}

# scales WHAT GROUPS DEVICES COMMAND...
scales() {
	what=$1 groups=$2 devices=$3
	shift 3
	./stamp /tmp/t0
	"$@" >/dev/null 2>$err || failed "$what"
	./stamp /tmp/t1
	read -r t0 </tmp/t0
	read -r t1 </tmp/t1
	# the largest of a few looks at a run of its own
	"$@" >/dev/null 2>&1 &
	most=0
	while kb=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$!/status 2>/dev/null) &&
		[ -n "$kb" ]; do
		[ "$kb" -le $most ] || most=$kb
		sleep 0.05
	done
	printf 'scale\t%s\t%s\t%s\t%s\t%s\n' "$what" $groups $devices $((t1 - t0)) $most
}

scale() {
	for n in 256 1024 4096; do
		for shape in "$n 1" "1 $n"; do
			say "the tool itself, $shape"
			mock run "keep $shape"
			# shellcheck disable=SC2086 # two words
			scales list $shape iommu-group list --max-groups 8192
			# shellcheck disable=SC2086
			scales refs $shape iommu-group refs --max-groups 8192 -- true
			mock run drop
		done
	done
}

on_mock() {
	settle
	insmod ig_mock.ko
	settle
	mock rounds 3
	mock run "attach $sizes"
	mock rounds "$rounds"
	timed "mock" sh -c "echo attach $sizes >$parameters/run"
	grep -q ' iommu_replace_group_handle$' /proc/kallsyms &&
		timed "mock, handles" sh -c "echo handle $sizes >$parameters/run"
	disturbance
	accuracy
	scale
}

# A test device of each group, of those of one device but once.
functions() {
	for group in /sys/kernel/iommu_groups/*; do
		for function in "$group"/devices/*; do
			case $(cat "$function/class") in
			0x06*) continue ;; # a bridge
			esac
			[ "$(cat "$function/vendor")" != 0x1b36 ] || echo "${function##*/}"
		done | tail -n 1
	done | grep -v -e $OTHER -e $CLEAN # as $SINGLE
}

# Where the time of a large group goes: the function that ran, not its callers.
dominant() { # NAME COMMAND...
	name=$1
	shift
	say "$name: what dominates"
	iommu-group attach --folded /tmp/folded -o /dev/null -- "$@" >/dev/null 2>$err ||
		failed "$name: what dominates"
	for operation in iommu_attach_group iommu_detach_group \
		iommu_group_claim_dma_owner iommu_group_release_dma_owner; do
		sed -n "s/.*;$operation;//p" /tmp/folded | awk -F ';' -v OFS='\t' -v "of=$name\t$operation" '{
			leaf = ns = $NF
			sub(/ [0-9]*$/, "", leaf)
			# the tick waits for the end of what has interrupts off
			if (leaf ~ /^_raw_spin_unlock_irq/ && NF > 1)
				leaf = $(NF - 1) ", interrupts off"
			sub(/.* /, "", ns)
			sum[leaf] += ns
			all += ns
		} END {
			for (leaf in sum)
				print "leaf", of, leaf, sum[leaf] / all
		}' | sort -t "	" -k 5 -rn | head -n 5
	done
}

on_real() {
	settle
	functions >/tmp/functions
	cat >/tmp/each.sh <<-'END'
		while read -r function; do "$@" $function || exit; done </tmp/functions
	END
	each="sh /tmp/each.sh"
	$each ./vfio.sh 2 2>/dev/null
	timed "VFIO type1" $each ./vfio.sh "$rounds"
	if ./type.sh 1 $SINGLE 2>/dev/null; then
		# QEMU takes a second and more to change 512 devices
		timed "sysfs type" $each ./type.sh 2
	fi
	if [ -e /dev/iommu ] && ./vfio.sh --cdev 1 $SINGLE 2>/dev/null; then
		timed "VFIO cdev, iommufd" $each ./vfio.sh --cdev "$rounds"
	fi
	largest=$(while read -r function; do
		echo "$(ls /sys/bus/pci/devices/$function/iommu_group/devices | wc -l) $function"
	done </tmp/functions | sort -n | tail -n 1)
	[ "${largest%% *}" -lt 32 ] || # too few samples
		dominant "VFIO type1" ./vfio.sh 20 "${largest#* }"
}

printf 'kernel\t%s\n' "$(uname -r)"
on_$kind
