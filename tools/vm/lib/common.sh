# shellcheck shell=bash
# What every program under tools/vm shares: messages, the cache, locks.

PATH=$PATH:/usr/sbin:/sbin # depmod lives there, and a user's PATH may lack it

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
checkout=$(cd "$vm_dir/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/iommu-group

# The status of a failure of the tool itself; a script may choose its own.
: "${fail_status:=1}"

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit "$fail_status"
}

need_programs() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null ||
			die "'$program' is missing: run 'tools/deps vm' as root"
	done
}

# Prints the comment block at the top of the script: its manual page.
usage() {
	sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
}

# lock NAME: held until this shell ends. Children must not inherit it when
# they may outlive the caller.
lock() {
	mkdir -p "$cache/lock"
	exec {lock_fd}>"$cache/lock/$1"
	flock -n "$lock_fd" && return
	say "waiting for another run that prepares $1"
	flock "$lock_fd"
}

unlock() {
	exec {lock_fd}>&-
}

# new_work_dir: a directory beside its final place, so that mv is atomic.
# Sets $work_dir; removed on exit unless it was moved away.
new_work_dir() {
	mkdir -p "$cache/tmp"
	work_dir=$(mktemp -d "$cache/tmp/work.XXXXXX")
	trap 'rm -rf "$work_dir"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# replace_link TARGET LINK: atomically.
replace_link() {
	ln -sfn "$1" "$2.new.$$"
	mv -T "$2.new.$$" "$2"
}
