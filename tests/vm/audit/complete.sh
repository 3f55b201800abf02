#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A group that cannot be read, or is gone without a release, keeps a run from being
# clean, and so do probes that were switched off for a moment.
# usage: complete.sh BACKEND [less]
#
# less: without what no IOMMU makes a difference to.
. ./lib.sh
backend=$1 less=${2-}
prefix="complete, $backend: "
refs="iommu-group refs -j --settle 0 --backend $backend"
groups=/sys/kernel/iommu_groups
group=$(group_of $SINGLE)
ftrace=/proc/sys/kernel/ftrace_enabled
kprobes=/sys/kernel/debug/kprobes/enabled
[ -e $kprobes ] || mount -t debugfs debugfs /sys/kernel/debug

# loses KEY NAME PATTERN [COUNT]: that loss, and its reason
loses() {
	json_has "$2: said" losses.$1.count "^${4:-[1-9]}"
	json_has "$2: why" losses.$1.reason "$3"
}

# With the right to trace, and without that to read any file.
reduced() {
	caps=+bpf,+perfmon,+syslog,+sys_admin
	./setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps $caps --ambient-caps $caps "$@"
}

# unread NAME FILE PATTERN COMMAND...: without permission to read the file
unread() {
	what=$1 file=$2 pattern=$3
	shift 3
	mode=$(stat -c %a $file)
	chmod 000 $file
	expect 3 "$what: exit status" "$@"
	loses snapshot_unreadable "$what" "$pattern"
	chmod $mode $file
}

# A leak that somebody else makes while a workload without privileges runs.
leak_beside() {
	rm -f /tmp/go /tmp/done
	(
		until [ -e /tmp/go ]; do sleep 0.1; done
		insmod ig_leak.ko device=$SINGLE count=3
		touch /tmp/done
	) &
	reduced $refs "$@" -- \
		sh -c 'touch /tmp/go; until [ -e /tmp/done ]; do sleep 0.1; done'
	status=$?
	wait
	rmmod ig_leak
	return $status
}

chmod 1777 /tmp
without_permission() {
	expect 2 "a leak beside: exit status" leak_beside
	unread "type" $groups/$group/type \
		"group $group, before the run: Permission denied; group $group, after" \
		leak_beside
	unread "type, of the only group" $groups/$group/type \
		"group $group, after it: Permission denied" leak_beside -g $group
	unread "devices" $groups/$group/devices \
		"group $group, after it: Permission denied" leak_beside
	unread "list of groups" $groups \
		"the list of groups, after it: Permission denied" leak_beside
	lacks "list of groups: nobody says that there are none" $err 'no IOMMU group'
	chmod 000 $groups/$group/type
	expect 3 "list, without type" reduced iommu-group list
	holds "list, without type: why" $err "cannot read group $group: Permission denied"
	chmod 444 $groups/$group/type
	chmod 000 $groups
	expect 3 "list, without groups" reduced iommu-group list
	holds "list, without groups: why" $err \
		"cannot read $groups: Permission denied"
	chmod 755 $groups
}

# hidden NAME LOSS PATTERN MOUNT...: with a leak, and something mounted over it
hidden() {
	what=$1 loss=$2 pattern=$3
	shift 3
	expect 3 "$what: exit status" $refs -- \
		sh -c "insmod ig_leak.ko device=$SINGLE; $*"
	loses $loss "$what" "$pattern"
	umount $groups/$group 2>/dev/null || umount $groups
	rmmod ig_leak
}

hidden_groups() {
	hidden "group under a tmpfs" snapshot_unreadable \
		"group $group, after it: No such file or directory" \
		mount -t tmpfs t $groups/$group
	hidden "groups under a tmpfs" snapshot_unreadable \
		"the list of groups, after it: something else is mounted there" \
		mount -t tmpfs t $groups
	hidden "groups under one of them" groups_unaccounted \
		"group $group ($SINGLE); .*not released, and not in sysfs" \
		mount --bind $groups/$group $groups
	expect 3 "groups under one of them: record" iommu-group record --settle 0 \
		-o /tmp/run.json -- mount --bind $groups/$group $groups
	umount $groups
	expect 3 "groups under one of them: report" iommu-group report -j /tmp/run.json
	loses groups_unaccounted "groups under one of them: report" "($SINGLE); "
}

released_groups() {
	expect_clean "released group" $refs --settle 5 -- \
		sh -c "echo 1 >/sys/bus/pci/devices/$CLEAN/remove"
	expect_clean "new group" $refs --settle 5 -- \
		sh -c "echo 1 >/sys/bus/pci/rescan"
	expect_clean "released and made again" $refs --settle 5 -- \
		sh -c "echo 1 >/sys/bus/pci/devices/$CLEAN/remove; echo 1 >/sys/bus/pci/rescan"
}

# The helper is the collector's child of the same name.
cat >/tmp/kill.sh <<'END'
kill -9 $(awk -v parent=$PPID '$4 == parent && $2 == "(iommu-group)" { print $1 }' \
	/proc/[0-9]*/stat 2>/dev/null)
END
helpers() {
	expect 3 "helper killed: exit status" $refs --settle 1 -- \
		sh /tmp/kill.sh
	loses reader_died "helper killed" 'reads sysfs' 1
	expect 2 "helper killed, and a leak: exit status" $refs --settle 1 -- \
		sh -c ". /tmp/kill.sh; insmod ig_leak.ko device=$SINGLE"
	rmmod ig_leak
	# Who holds it has a reference, too.
	expect 2 "group lock held: exit status" $refs -- \
		insmod ig_lockhold.ko device=$SINGLE ms=8000
	loses snapshot_unreadable "group lock held" \
		"group $group, after it: no answer from the group lock"
	rmmod ig_lockhold
}

# off SWITCH [COMMAND]: a workload that switches hooks off, does that, and switches
# them on; /tmp/was_off says that the kernel let it
off() {
	rm -f /tmp/was_off
	cat >/tmp/off.sh <<-END
		echo 0 >$1 && touch /tmp/was_off
		${2:-true}
		[ "\$(cat $1)" != 0 ] || echo 1 >$1
	END
	echo /tmp/off.sh
}

# dead NAME SWITCH PATTERN [COMMAND]: unless the kernel refuses it
dead() {
	what=$1 pattern=$3
	script=$(off $2 "${4-}")
	$refs -- sh $script >$out 2>$err
	got=$?
	if [ -e /tmp/was_off ]; then
		[ $got -eq 3 ] && ok "$what: exit status" ||
			not_ok "$what: exit status ($got)" $out $err
		loses probes_dead "$what" "$pattern"
		return 0
	fi
	[ $got -eq 0 ] && ok "$what: refused, and clean" ||
		not_ok "$what: refused, and clean ($got)" $out $err
	return 1
}

switches() {
	case $backend in
	kprobe) hook=kprobe ;;
	*) hook="fentry probe" ;;
	esac
	dead "ftrace off for a moment" $ftrace "ftrace_enabled was set to 0 once" &&
		dead "ftrace off for longer" $ftrace \
			"no $hook ran: kernel.ftrace_enabled is 0" "sleep 3"
	# The event of a release comes with ftrace off, too.
	[ $backend = tracepoint ] || [ ! -e /tmp/was_off ] || unseen_releases
	[ $backend = kprobe ] ||
		expect_clean "kprobes off, which are not used" $refs -- \
			sh "$(off $kprobes)"
}

unseen_releases() {
	dead "release unseen" $ftrace "." "echo 1 >/sys/bus/pci/devices/$CLEAN/remove"
	loses groups_unaccounted "release unseen" "($CLEAN); not released" 1
	echo 1 >/sys/bus/pci/rescan
	expect 3 "release unseen, new group: exit status" $refs -- sh -c \
		"sh $(off $ftrace "echo 1 >/sys/bus/pci/devices/$CLEAN/remove"); echo 1 >/sys/bus/pci/rescan"
	loses release_missed "release unseen, new group" 'its release was not seen' 1
}

kprobe_switch() {
	dead "kprobes off for a moment" $kprobes 'kprobes/enabled was written once'
	dead "kprobes off for longer" $kprobes 'no kprobe ran' "sleep 3"
}

off_from_the_start() {
	if ! sh -c "echo 0 >$ftrace" 2>/dev/null; then
		skip "ftrace off from the start" "this kernel refuses it"
		return
	fi
	expect 3 "ftrace off from the start: exit status" $refs -- true
	loses probes_dead "ftrace off from the start" \
		'0.0 s after the start, .*kernel.ftrace_enabled is 0'
	echo 1 >$ftrace
}

# A mock IOMMU beside the real one; 6.1 takes one driver a bus only.
mock_beside() {
	iommu-group refs -j -- true >$out
	real=$(./jsonq $out iommu)
	insmod ig_mock.ko run=attach:1 rounds=1 2>/dev/null || return
	expect_clean "mock IOMMU beside: exit status" $refs -- true
	json_is "mock IOMMU beside: the real one is named" iommu "$real"
	rmmod ig_mock
}

released_groups
hidden_groups
helpers
switches
off_from_the_start
if [ $backend = kprobe ]; then kprobe_switch; fi
if [ -z "$less" ]; then
	without_permission
	mock_beside
fi
plan
