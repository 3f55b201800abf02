#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# usage: costs-guest.sh ROUNDS
#
# All of tests/bench/costs on one kernel, in one guest.  Prints, tab-separated:
#   kernel  RELEASE
#   cost    WHAT WAY VALUE     nanoseconds, which are instructions, or bytes
#   failed  WHAT WAY MESSAGE
. ./lib.sh
rounds=$1

cost() {
	printf 'cost\t%s\t%s\t%s\n' "$@"
}

since() { # FROM TO: the difference of two stamps
	read -r from <$1
	read -r to <$2
	echo $((to - from))
}

# The maps are those of the workload's parent.
cat >/tmp/memory.sh <<'EOF'
cat /proc/$PPID/fdinfo/* 2>/dev/null | awk '/^memlock:/ { n += $2 } END { print n + 0 }' >/tmp/memory
EOF

tool() { # WAY COMMAND...: start, end and memory, of a run right after another
	way=$1
	shift
	echo "  $(uname -r): $way" >&2
	for run in 1 2; do
		rm -f /tmp/t?
		./stamp /tmp/t0 "$@" -- ./stamp /tmp/t1 >/tmp/out 2>/tmp/err </dev/null
		got=$?
		./stamp /tmp/t2
	done
	if [ $got -ne 0 ] || [ ! -s /tmp/t1 ]; then
		printf 'failed\tstart\t%s\tstatus %s: %s\n' "$way" $got "$(head -n 1 /tmp/err)"
		return
	fi
	cost 'exec to workload' "$way" $(since /tmp/t0 /tmp/t1)
	cost 'workload to exit' "$way" $(since /tmp/t1 /tmp/t2)
	"$@" -- sh /tmp/memory.sh >/tmp/out 2>/tmp/err </dev/null
	cost 'maps, bytes' "$way" $(cat /tmp/memory)
}

tracer() { # bpftrace, watching locks
	[ -x ./bpftrace ] || return
	echo "  $(uname -r): bpftrace" >&2
	for run in 1 2; do
		rm -f /tmp/t?
		./stamp /tmp/t0 ./bpftrace -e '
			kfunc:mutex_lock { @held[tid] = args->lock; @[kstack] = count(); }
			kfunc:mutex_unlock { delete(@held[tid]); }
			kfunc:down_read { @held[tid] = args->sem; @[kstack] = count(); }
			kfunc:up_read { delete(@held[tid]); }
			kfunc:down_write { @held[tid] = args->sem; @[kstack] = count(); }
			kfunc:up_write { delete(@held[tid]); }' -c './stamp /tmp/t1' \
			>/tmp/out 2>/tmp/err </dev/null
		./stamp /tmp/t2
	done
	[ -s /tmp/t1 ] || return
	cost 'exec to workload' bpftrace $(since /tmp/t0 /tmp/t1)
	cost 'workload to exit' bpftrace $(since /tmp/t1 /tmp/t2)
}

# A further workload of a suite, beyond what it takes by itself.
further() {
	for i in 1 2 3; do echo "w$i: ./stamp /tmp/s$i"; done >/tmp/suite
	iommu-group check --suite /tmp/suite --settle 0 >/tmp/out 2>/tmp/err </dev/null
	./stamp /tmp/p1
	sh -c './stamp /tmp/p2'
	cost 'a further workload' 'suite' $(($(since /tmp/s2 /tmp/s3) - $(since /tmp/p1 /tmp/p2)))
}

work() { # KIND
	case $1 in
	files) for i in $(seq $((rounds * 20))); do : >/tmp/files/$i; done; rm -f /tmp/files/* ;;
	forks) for i in $(seq $((rounds * 4))); do /bin/busybox true; done ;;
	find) find /proc/sys /sys/devices >/dev/null 2>&1 ;;
	tar) tar cf - /proc/sys/kernel /sys/kernel 2>/dev/null | cat >/dev/null ;;
	dd) dd if=/dev/zero of=/dev/null bs=512 count=$((rounds * 4000)) 2>/dev/null ;;
	pipes) seq $((rounds * 2000)) | cat | cat >/dev/null ;;
	hotplug) ./hotplug.sh $rounds $SINGLE ;;
	esac
}

works='files forks find tar dd pipes hotplug'

if [ "$rounds" = work ]; then # as the workload of check
	rounds=$2
	mkdir -p /tmp/files
	for kind in $works; do
		work $kind >/dev/null 2>&1
		./stamp /tmp/w0
		work $kind >/dev/null 2>&1
		./stamp /tmp/w1
		printf '%s\t%s\n' $kind $(since /tmp/w0 /tmp/w1)
	done >/tmp/works
	exit
fi

whole() { # WAY COMMAND...
	way=$1
	shift
	echo "  $(uname -r): workloads, $way" >&2
	"$@" sh ./costs-guest.sh work $rounds >/tmp/out 2>/tmp/err </dev/null
	while read -r kind ns; do
		cost "$kind" "$way" $ns
	done </tmp/works
}

printf 'kernel\t%s\n' "$(uname -r)"
mkdir -p /tmp/files
# What a boot leaves to be done later, and what is read from disk once.
iommu-group check --wait -- true >/dev/null 2>&1
sleep 10
tool refs iommu-group refs --settle 0
sleep 5
tool check iommu-group check --settle 0
sleep 5
tracer
further
sleep 5
whole plain env
whole check iommu-group check --settle 0 --
