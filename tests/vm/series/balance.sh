#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# On a patched kernel that was booted with trace_event=iommu_group:*, the events
# of every group since its allocation add up to its true count: after boot-time
# probing, after hotplug, after VFIO.  The events are read as text, so that the
# collector has no part in this but to tell the true counts.
# usage: balance.sh [ROUNDS]
. ./lib.sh
rounds=${1:-50}
prefix="balance: "
tracing=/sys/kernel/tracing

# counts_by_events: "ID COUNT" for each group that is alive
counts_by_events() {
	# the events that are in the buffer already, and those alone
	cat $tracing/trace >/tmp/trace
	sed -n 's/.*: \(iommu_group_[a-z_]*\): .* id=\([0-9]*\)\( .*\)*$/\1 \2/p' /tmp/trace |
		awk '$1 == "iommu_group_alloc" { n[$2] = 1 }
			$1 == "iommu_group_get" { n[$2]++ }
			$1 == "iommu_group_put" { n[$2]-- }
			$1 == "iommu_group_release" { delete n[$2] }
			END { for (id in n) print id, n[id] }' | sort -n
}

# counts_last_told: "ID COUNT" as the last event of each group left it
counts_last_told() {
	sed -n 's/.* id=\([0-9]*\) count=\(-\{0,1\}[0-9]*\) .*/\1 \2/p;
		s/.*iommu_group_alloc: .* id=\([0-9]*\) .*/\1 1/p;
		s/.*iommu_group_release: .* id=\([0-9]*\)$/\1 gone/p' /tmp/trace |
		awk '{ n[$1] = $2 } END { for (id in n) if (n[id] != "gone") print id, n[id] }' |
		sort -n
}

# true_counts: "ID COUNT" as the collector reads it from the kernel
true_counts() {
	iommu-group list -j >$out 2>$err
	n=0
	while id=$(./jsonq $out groups.$n.id 2>/dev/null) && [ -n "$id" ]; do
		echo "$id $(./jsonq $out groups.$n.references)"
		n=$((n + 1))
	done | sort -n
}

same() { # NAME
	counts_by_events >/tmp/events
	counts_last_told >/tmp/told
	true_counts >/tmp/true
	if ! [ -s /tmp/true ]; then
		not_ok "$1: groups" $err
	elif cmp -s /tmp/events /tmp/true && cmp -s /tmp/told /tmp/true; then
		ok "$1: $(wc -l </tmp/true) groups"
	else
		not_ok "$1" /tmp/events /tmp/told /tmp/true
	fi
}

[ -d $tracing/events ] || mount -t tracefs none $tracing
if ! grep -q iommu_group_alloc $tracing/trace; then
	not_ok "boot-time probing is in the trace"
	plan
	exit
fi
# of all that follows nothing may fall out of the buffer
for lock in $tracing/events/iommu_group/iommu_group_lock_*; do
	echo 0 >$lock/enable
done
same "after boot-time probing"
./hotplug.sh $rounds $SINGLE $SHARED || not_ok "hotplug"
same "after $rounds rounds of hotplug"
./vfio.sh $rounds $OTHER || not_ok "VFIO"
same "after $rounds rounds of VFIO"
holds "nothing fell out of the buffer" $tracing/per_cpu/cpu0/stats '^overrun: 0'
plan
