#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Hotplug, VFIO and type changes on all CPUs, in runs of a minute: no run has a finding,
# and each that is not conclusive names what it missed.
# usage: soak.sh [RUNS]
#
# Not in tests/run, as it takes long: CPUS=4 tests/vm/boot stock:7.3 intel 'soak.sh 30'
. ./lib.sh
runs=${1:-30}
prefix="soak: "

# until the second $1 of the uptime, again and again: $2
cat >/tmp/again.sh <<'END'
while [ "$(cut -d. -f1 /proc/uptime)" -lt "$1" ]; do
	eval "$2" || exit
done
END
cat >/tmp/soak.sh <<END
end=\$((\$(cut -d. -f1 /proc/uptime) + 60))
sh /tmp/again.sh \$end './hotplug.sh 1 $SINGLE $SHARED' & hotplug=\$!
sh /tmp/again.sh \$end './vfio.sh 1 $OTHER' & vfio=\$!
sh /tmp/again.sh \$end './type.sh 1 $CLEAN || [ \$? -eq 77 ]' & type=\$!
wait \$hotplug && wait \$vfio && wait \$type
END

# names_it: a note says who, what and where for what was missed
names_it() {
	only_missed_a_lock &&
		./jsonq $out notes | grep -q 'which it was not seen to take'
}

conclusive=0 run=0
while [ $run -lt "$runs" ]; do
	run=$((run + 1))
	iommu-group check -j --settle 5 -- sh /tmp/soak.sh >$out 2>$err </dev/null
	case $? in
	0)
		conclusive=$((conclusive + 1))
		ok "run $run: clean"
		;;
	3)
		if names_it; then
			ok "run $run: inconclusive, and named"
			losses
		else
			not_ok "run $run: inconclusive" $out $err
		fi
		;;
	*) not_ok "run $run" $out $err ;;
	esac
done
echo "# conclusive: $conclusive of $runs"
plan
