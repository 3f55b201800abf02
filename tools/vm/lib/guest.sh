# shellcheck shell=bash
# One guest: start it, pass its output on, find out how it ended, clean up.

# What a healthy kernel never prints.
splat_pattern='------------\[ cut here|WARNING: |BUG:|Oops|Kernel panic|general protection fault|possible circular locking|possible recursive locking|inconsistent lock state|suspicious RCU|INFO: task .* blocked for more than|detected stalls|KASAN|KFENCE|UBSAN|refcount_t:|kobject: .* is not initialized|unreferenced object'
# Taint flags that only such events set: bad page, died, warned, soft lockup.
splat_taint=$((1 << 5 | 1 << 7 | 1 << 9 | 1 << 14))

# How long a guest may take to switch itself off once COMMAND has ended.
poweroff_patience=20

guest_prepare() {
	mkdir -p "$cache/run"
	# what earlier failures left to look at is kept for two days
	find "$cache/run" -mindepth 1 -maxdepth 1 -mtime +2 -exec rm -rf {} + 2>/dev/null || true
	find "$cache/initramfs" -name '*.cpio' -mtime +30 -delete 2>/dev/null || true
	run_dir=$(mktemp -d "$cache/run/$(date +%Y%m%d-%H%M%S).XXXXXX")
	console=$run_dir/console.log
	keep_console=no
	trap guest_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	mkfifo "$run_dir/out" "$run_dir/err" "$run_dir/status"
}

guest_cleanup() {
	local child
	exec 2>/dev/null # everything is said: no "Killed" from the shell
	for child in $(jobs -rp); do
		kill -KILL "$child" || true
	done
	wait || true
	if [ "$keep_console" = yes ]; then
		find "$run_dir" -mindepth 1 ! -name console.log -delete
	else
		rm -rf "$run_dir"
	fi
}

# guest_fail STATUS MESSAGE
guest_fail() {
	keep_console=yes
	say "$2; end of the console ($console):"
	tail -n 40 "$console" | tr -d '\r' | sed 's/^/  | /' >&2
	exit "$1"
}

guest_start() {
	# each port has an interrupt line of its own
	qemu_args+=(
		-kernel "$image" -initrd "$run_dir/initramfs"
		-append "$(kernel_command_line)"
		-chardev "file,id=console,path=$console"
		-chardev "file,id=out,path=$run_dir/out"
		-chardev "file,id=err,path=$run_dir/err"
		-chardev "file,id=status,path=$run_dir/status"
		-device 'isa-serial,index=0,chardev=console'
		-device 'isa-serial,index=1,chardev=out'
		-device 'isa-serial,index=2,chardev=err,irq=5'
		-device 'isa-serial,index=3,chardev=status,irq=7'
	)
	: >"$console"
	cat <"$run_dir/out" 2>/dev/null &
	out_pid=$!
	cat <"$run_dir/err" >&2 2>/dev/null &
	err_pid=$!
	head -n 1 <"$run_dir/status" >"$run_dir/result" &
	status_pid=$!
	# should this shell be killed outright, these go with it
	setpriv --pdeathsig KILL sleep "$timeout" &
	timer_pid=$!
	setpriv --pdeathsig KILL qemu-system-x86_64 "${qemu_args[@]}" \
		</dev/null >"$run_dir/qemu.log" 2>&1 &
	qemu_pid=$!
}

# guest_wait: until QEMU has ended or has to be ended. Sets $ended to
# off | timeout | reader.
guest_wait() {
	local first waiting=("$qemu_pid" "$out_pid" "$err_pid" "$status_pid" "$timer_pid")
	while :; do
		first=
		wait -n -p first "${waiting[@]}" 2>/dev/null || true
		case $first in
		"$qemu_pid" | '') ended=off && return ;;
		"$timer_pid") ended=timeout && return ;;
		"$status_pid")
			# COMMAND is through: the guest has a moment to switch itself off
			waiting=("$qemu_pid" "$out_pid" "$err_pid" "$timer_pid")
			[ -s "$run_dir/result" ] || continue
			setpriv --pdeathsig KILL sleep "$poweroff_patience" &
			patience_pid=$!
			waiting=("$qemu_pid" "$patience_pid")
			;;
		"${patience_pid:-none}") ended=off && return ;;
		*)
			# a cat that ends before QEMU has lost its reader; after QEMU, not
			sleep 0.2
			kill -0 "$qemu_pid" 2>/dev/null || { ended=off && return; }
			ended=reader && return
			;;
		esac
	done
}

# The output that QEMU has passed on already is still in the pipes, and so may be
# the status.
guest_drain() {
	kill -KILL "$qemu_pid" 2>/dev/null || true
	wait "$qemu_pid" 2>/dev/null || true
	wait "$out_pid" "$err_pid" "$status_pid" 2>/dev/null || true
}

guest_run() {
	local status='' taint=0
	guest_start
	guest_wait
	[ "$ended" != reader ] || exit 141
	if ! [ -s "$console" ] && [ -s "$run_dir/qemu.log" ]; then
		sed 's/^/  | /' "$run_dir/qemu.log" >&2
		die "QEMU failed"
	fi
	guest_drain
	[ "$ended" != timeout ] || guest_fail 124 "timeout after $timeout s"
	read -r status taint <"$run_dir/result" || true
	[ -n "$status" ] || guest_fail 5 "the guest died"
	if [ "$allow_splat" = no ]; then
		! grep -Eq -e "$splat_pattern" "$console" || guest_fail 5 "kernel splat"
		[ $((taint & splat_taint)) -eq 0 ] ||
			guest_fail 5 "kernel splat (taint $taint)"
	fi
	exit "$status"
}
