#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tasks that only read what takes the group lock, one of real-time priority that
# preempts the others wherever they are, never make a finding.  A kernel with
# PREEMPT_RT skips many programs then, which may be inconclusive.
# usage: rt.sh [ROUNDS]
. ./lib.sh
rounds=${1:-3}
prefix="real time: "

cat >/tmp/readers.sh <<'END'
end=$(($(date +%s) + 4))
reads() {
	while [ "$(date +%s)" -lt $end ]; do
		cat /sys/kernel/iommu_groups/$1/type >/dev/null
	done
}
reads 0 &
reads 0 &
./chrt -f 50 sh -c "
	while [ \$(date +%s) -lt $end ]; do
		cat /sys/kernel/iommu_groups/2/type >/dev/null
		usleep 300
	done"
wait
END
round=0
while [ $round -lt $rounds ]; do
	round=$((round + 1))
	iommu-group check --settle 0 -j -- sh /tmp/readers.sh >$out 2>$err
	status=$?
	if [ $status -eq 0 ] || [ $status -eq 3 ]; then
		ok "readers, round $round: no finding"
	else
		not_ok "readers, round $round: no finding" $out $err
	fi
	json_is "readers, round $round: locks were audited" locks_audited true
done
plan
