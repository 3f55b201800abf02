#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What lockdep says to each lock program of a file, in a guest whose kernel has it.
# usage: lockdep.sh FILE [again]    with lines SEED|PROGRAM
# Prints SEED|WHAT LOCK..., where WHAT is none, circular, recursive, exit (a lock is
# held by a task that ends), balance (released without being held) or other.
#
# After its first report lockdep is off.  With "again" it is turned on again for the
# next program, which see ig_lockprog; otherwise the script ends there.
run=/sys/module/ig_lockprog/parameters/run
rearm=
[ "${2-}" != again ] || rearm=rearm=1

# What the first report says, from the kernel's log.
answer() {
	dmesg | sed 's/^\[[^]]*\] //' | awk -v seed="$1" '
		/WARNING: possible circular locking/ && !kind { kind = "circular" }
		/WARNING: possible recursive locking/ && !kind { kind = "recursive" }
		/WARNING: .* still has locks held/ && !kind { kind = "exit" }
		/WARNING: bad unlock balance/ && !kind { kind = "balance" }
		/WARNING: |BUG: |DEBUG_LOCKS_WARN_ON/ && !kind { kind = "other" }
		kind == "circular" && !/-> #[0-9]+ / { next }
		kind && match($0, /\([^ ()]+\)\{/) {
			name = substr($0, RSTART + 1, RLENGTH - 3)
			sub(/#[0-9]+$/, "", name)
			sub(/_[0-9]+(\/[0-9])?$/, "", name)
			sub(/^ig_prog_/, "", name)
			if (!(name in seen))
				names = names " " name
			seen[name] = 1
		}
		END { print seed "|" (kind ? kind names : "none") }'
}

begin() {
	insmod ig_lockprog.ko device=0000:00:10.0 $rearm || exit
	slot=0
}

begin
while IFS='|' read -r seed program; do
	if [ $slot -eq 32 ]; then
		rmmod ig_lockprog
		begin
	fi
	dmesg -c >/dev/null
	# by a process that ends before lockdep is on again: it took locks to write
	(echo "$slot $program" >$run) || echo "cannot run $seed" >&2
	answer "$seed" >/tmp/answer
	cat /tmp/answer
	slot=$((slot + 1))
	grep -q '|none$' /tmp/answer && continue
	[ -n "$rearm" ] || exit 0
	sleep 1
done <"$1"
rmmod ig_lockprog
