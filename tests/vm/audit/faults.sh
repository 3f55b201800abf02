#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whatever system call of a snapshot fails, with whatever error: a run with a leak is
# never clean.  Needs strace (STRACE=1 of tests/vm/boot).
# usage: faults.sh [all]
#
# all: each error of each call, for when these calls change; it takes minutes.
. ./lib.sh
all=${1-}
prefix="faults: "
groups=/sys/kernel/iommu_groups
group=$(group_of $SINGLE)
audit="iommu-group refs -j --settle 0 -- insmod ig_leak.ko device=$SINGLE heal=1"

# A snapshot opens each file once, and there are two before the run and one after.
# strace counts the calls of each process by themselves.
last=3+

# fault STATUS CALL ERROR WHEN [PATH]: the calls that fail; a number, or a range
#
# STATUS is that of the audit, or "any": not clean, and when it fails, it says why.
fault() {
	want=$1 call=$2 error=$3 when=$4
	name="$2 $3 $4${5+ of iommu_groups${5#"$groups"}}"
	./strace -f -o /dev/null ${5+-P $5} -e trace="$call" \
		-e inject="$call:error=$error:when=$when" $audit >$out 2>$err </dev/null
	got=$?
	rmmod ig_leak 2>/dev/null
	if [ $want = any ]; then
		case $got in
		2 | 3) want=$got ;;
		1) [ "$(grep -c '^iommu-group: ' $err)" -eq 1 ] && want=1 ;;
		esac
	fi
	[ $got = $want ] && ok "$name: $got" ||
		not_ok "$name: exit status $got, wanted $want" $out $err
}

# each STATUS CALL WHEN PATH ERROR...: the first error, or all
each() {
	status=$1 of=$2 at=$3 file=$4
	shift 4
	for e; do
		fault $status $of $e $at $file
		[ -n "$all" ] || break
	done
}

# reads_of_maps: the numbers of the collector's calls of bpf(2) after the workload
reads_of_maps() {
	./strace -f -o /tmp/calls -e trace=bpf,execve $audit >$out 2>$err </dev/null
	rmmod ig_leak
	awk -v every="$([ -n "$all" ] && echo 1 || echo 9)" '
		!self { self = $1 }
		$1 == self && /bpf\(/ { n++ }
		/execve\("[^"]*insmod/ { began = 1 }
		began && $1 != self && /exited with/ { ended = 1 }
		ended && $1 == self && /bpf\(/ && !(++after % every) { print n }
	' /tmp/calls
}

errors="EACCES EPERM EIO EMFILE ENFILE ENOMEM EINTR ENOENT ENODEV"
type=$groups/$group/type
devices=$groups/$group/devices
# The group that leaks is not read after the run, with each error.
for error in $errors; do
	fault 3 openat $error $last $type
done
each 3 openat 1+ $type ENOENT EACCES
each any openat 1 $type EMFILE EACCES
each 3 openat $last $devices ENOENT $errors
each any openat 1 $devices EACCES ENOENT
each 3 openat $last $groups EMFILE $errors
each any openat 1 $groups EACCES ENOENT
each 3 read $last $type ENODEV EACCES EIO EINTR
each 3 getdents64 1+ $groups EIO EINTR
fault any getdents64 ENOENT 1+ $groups
each 3 getdents64 5+ $devices EIO EINTR
# The C library takes this one for the end.
fault any getdents64 ENOENT 5+ $devices
each 3 readlink $last $devices/$SINGLE/driver EACCES EIO ENOMEM
each 3 statfs $last $groups EIO EACCES ENOMEM
each 2 close 1+ $type EIO
# Between the collector and its helper; a look at six groups after two of them.
for error in EIO EPIPE EAGAIN EINTR; do
	fault any write $error 13..18
	[ -n "$all" ] || break
done
fault any poll ENOMEM 13..18
fault any read EIO 25..30
# What the probes kept is read one entry at a time.
reads=$(reads_of_maps)
[ "$(echo "$reads" | wc -l)" -gt 5 ] && ok "bpf(2) is called after the workload" ||
	not_ok "bpf(2) is called after the workload" /tmp/calls
unread=
for n in $reads; do
	fault any bpf EPERM $n
	[ -n "$unread" ] || ! ./jsonq $out losses.maps_unreadable.count >/dev/null 2>&1 ||
		cp $out ${unread:=/tmp/unread}
	[ -z "$all" ] || for error in ENOMEM EINTR EFAULT; do
		fault any bpf $error $n
	done
done
cp "${unread:-/dev/null}" $out
json_has "an entry that is not read is said" losses.maps_unreadable.count '^[1-9]'
# All of them from there on: the leak is not seen, and that is said.
for n in $(echo "$reads" | sed -n '1p;3p;5p'); do
	fault any bpf ENOMEM $n+
done
# Processes, and what they take.
fault 1 clone,clone3 EAGAIN 1+
fault 1 pipe2 EMFILE 1+
plan
