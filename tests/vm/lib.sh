# SPDX-License-Identifier: GPL-2.0
# TAP in a guest, for a busybox shell.  Sourced by the tests.

SINGLE=0000:00:10.0 # alone in its group
OTHER=0000:00:11.0 # likewise
CLEAN=0000:00:12.0 # likewise; nothing leaks on it, so it can be released
SHARED=0000:01:01.1 # in the group of the bridge at 0000:00:18.0
# virtio-iommu's has a slot 0 only
[ -e /sys/bus/pci/devices/$SHARED ] || SHARED=0000:01:00.1
count=0
out=/tmp/out
err=/tmp/err

# What a document says was not seen, which may be far above its end.
losses() {
	./jsonq $out losses 2>/dev/null | tr -d ' \t\n' |
		grep -o '"[a-z_]*":{"count":[1-9][0-9]*' | sed 's/^/# loss: /'
}

# ok NAME | not_ok NAME [FILE...] | skip NAME REASON
ok() {
	count=$((count + 1))
	echo "ok $count - $prefix$1"
}

not_ok() {
	count=$((count + 1))
	echo "not ok $count - $prefix$1"
	losses
	shift
	for file; do
		sed "s/^/# ${file##*\/}: /" "$file" | tail -n 60
	done
}

skip() {
	count=$((count + 1))
	echo "ok $count - $prefix$1 # SKIP $2"
}

# expect STATUS NAME COMMAND...: stdout to $out, stderr to $err
expect() {
	want=$1 what=$2
	shift 2
	"$@" >$out 2>$err </dev/null
	got=$?
	if [ $got -eq "$want" ]; then
		ok "$what"
		return 0
	fi
	echo "# exit status $got, expected $want: $*"
	not_ok "$what" $out $err
	return 1
}

# fails NAME PATTERN COMMAND...: status 1, and just one line like that
fails() {
	name=$1 pattern=$2
	shift 2
	expect 1 "$name" "$@" || return
	holds "$name: says so" $err "$pattern"
	if [ "$(wc -l <$err)" -eq 1 ]; then
		ok "$name: in one line"
	else
		not_ok "$name: in one line" $err
	fi
}

as_nobody() {
	grep -q '^nobody:' /etc/passwd 2>/dev/null ||
		echo 'nobody:x:65534:65534::/:/bin/sh' >>/etc/passwd
	su -s /bin/sh nobody -c "$*"
}

only_missed_a_lock() {
	[ "$(./jsonq $out losses.lock_missed.count 2>/dev/null || echo 0)" -gt 0 ] &&
		[ "$(./jsonq $out losses | grep -o '"count"' | wc -l)" -eq 1 ]
}

# expect_clean NAME COMMAND...: an audit, of work that can be done again
#
# A kernel that preempts tasks in BPF programs now and then skips one that would
# have seen a lock.  Near a group lock that is said, and inconclusive; then this
# does what docs/ci.md tells to do.
expect_clean() {
	name=$1
	shift
	for try in 1 2 3; do
		"$@" >$out 2>$err </dev/null
		got=$?
		[ $got -eq 3 ] && only_missed_a_lock || break
		echo "# $name: try $try: a lock was missed"
	done
	if [ $got -eq 0 ]; then
		ok "$name"
	else
		echo "# exit status $got, expected 0: $*"
		not_ok "$name" $out $err
	fi
}

# holds NAME FILE PATTERN: the file has a line like that
holds() {
	if grep -q -- "$3" "$2"; then
		ok "$1"
	else
		echo "# nothing like: $3"
		not_ok "$1" "$2"
	fi
}

# lacks NAME FILE PATTERN
lacks() {
	if grep -q -- "$3" "$2"; then
		echo "# must not be there: $3"
		not_ok "$1" "$2"
	else
		ok "$1"
	fi
}

# json_is NAME PATH VALUE: of the document in $out
json_is() {
	value=$(./jsonq $out "$2" 2>&1)
	if [ "$value" = "$3" ]; then
		ok "$1"
	else
		echo "# $2 is '$value', expected '$3'"
		not_ok "$1" $out
	fi
}

# json_has NAME PATH PATTERN
json_has() {
	./jsonq $out "$2" >/tmp/value 2>&1
	holds "$1" /tmp/value "$3"
}

# lossy KEY NAME COMMAND...: an audit that is inconclusive, at least for this reason
lossy() {
	key=$1 loss=$2
	shift 2
	expect 3 "$loss: exit status" "$@"
	json_is "$loss: verdict" verdict inconclusive
	json_has "$loss: said" losses.$key.count '^[1-9]'
}

# in_turn MODULE TWIN PARAMETER...: a script that loads the twin until it is where
# the module was, /tmp/in_turn.sh
in_turn() {
	first=$1 twin=$2
	shift 2
	cat >/tmp/in_turn.sh <<-END
		at() { cat /sys/module/\$1/sections/.text; }
		for try in 1 2 3 4 5 6 7 8; do
			insmod $first.ko $* || exit
			at=\$(at $first)
			rmmod $first
			insmod $twin.ko $* || exit
			now=\$(at $twin)
			rmmod $twin
			[ "\$now" != "\$at" ] || exit 0
		done
		exit 9
	END
}

group_of() {
	basename "$(readlink /sys/bus/pci/devices/$1/iommu_group)"
}

plan() {
	echo "1..$count"
}
