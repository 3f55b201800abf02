#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# usage: locks-guest.sh PAIRS ROUNDS FILES [all]
#
# What watching locks costs on one kernel, in one guest: pairs of lock and
# unlock that have nothing to do with groups, files made and removed in a
# tmpfs, and a PCI device removed and found again.  With "all" also under
# iommu-group locks and under bpftrace.  Prints, tab-separated:
#   kernel  RELEASE
#   locks   WAY WHAT NS    for one pair, one file, one round
#   failed  WAY MESSAGE
. ./lib.sh
pairs=$1 rounds=$2 files=$3 ways=${4-}

cat >/tmp/work.sh <<'EOF'
# The work itself, with its times in /tmp/figures
pairs=$1 rounds=$2 files=$3 bdf=$4
insmod ig_lockbench.ko pairs=$pairs || exit 1
rmmod ig_lockbench
make_files() {
	i=0
	while [ $i -lt $1 ]; do
		: >/tmp/files/$i
		i=$((i + 1))
	done
	rm -r /tmp/files/*
}
mkdir -p /tmp/files
make_files 10
./hotplug.sh 1 $bdf
./stamp /tmp/t0
make_files $files
./stamp /tmp/t1
./hotplug.sh $rounds $bdf
./stamp /tmp/t2
EOF

difference() { # FROM TO
	read -r from <$1
	read -r to <$2
	echo $((to - from))
}

report() { # WAY
	dmesg | sed -n 's/.*ig_lockbench: \([a-z]*\) pairs=\([0-9]*\) ns=\([0-9]*\)$/\1 \2 \3/p' |
		while read -r kind n ns; do
			printf 'locks\t%s\t%s pair\t%s.%s\n' "$1" "$kind" \
				$((ns / n)) $((ns * 10 / n % 10))
		done
	printf 'locks\t%s\tfile in a tmpfs\t%s\n' "$1" \
		$(($(difference /tmp/t0 /tmp/t1) / files))
	printf 'locks\t%s\thotplug round\t%s\n' "$1" \
		$(($(difference /tmp/t1 /tmp/t2) / rounds))
}

# way NAME STATUS COMMAND...
way() {
	name=$1 want=$2
	shift 2
	echo "  $(uname -r): $name" >&2
	dmesg -c >/dev/null
	rm -f /tmp/t?
	"$@" >/tmp/out 2>/tmp/err </dev/null
	got=$?
	if [ $got -ne "$want" ] || [ ! -s /tmp/t2 ]; then
		printf 'failed\t%s\tstatus %s: %s\n' "$name" $got \
			"$(cat /tmp/err /tmp/out | grep -v '^ *$' | head -n 1)"
		return
	fi
	report "$name"
}

work="sh /tmp/work.sh $pairs $rounds $files $SINGLE"
printf 'kernel\t%s\n' "$(uname -r)"
# What a boot leaves to be done later is over after this.
sh /tmp/work.sh 1000 1 10 $SINGLE >/dev/null 2>&1
sleep 20
# shellcheck disable=SC2086 # the command is words
way plain 0 $work
[ "$ways" = all ] || exit 0
# shellcheck disable=SC2086
way "iommu-group locks" 0 iommu-group locks --settle 0 -- $work
if [ -x ./bpftrace ]; then
	way "bpftrace" 0 ./bpftrace -e '
		kfunc:mutex_lock { @held[tid] = args->lock; @[kstack] = count(); }
		kfunc:mutex_unlock { delete(@held[tid]); }
		kfunc:down_read { @held[tid] = args->sem; @[kstack] = count(); }
		kfunc:up_read { delete(@held[tid]); }
		kfunc:down_write { @held[tid] = args->sem; @[kstack] = count(); }
		kfunc:up_write { delete(@held[tid]); }' -c "/bin/$work"
fi
