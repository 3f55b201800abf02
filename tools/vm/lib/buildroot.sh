# shellcheck shell=bash
# A private root directory per kernel package with its headers, the compiler
# it was built with and a minimal userland: what the host has installed does
# not matter, and a compiler that wants a newer libc than the host's works too.

# What Kbuild runs beside the compiler, which the headers depend on.
build_tools='binutils make bash dash coreutils sed grep mawk findutils diffutils perl-base'

# make_buildroot SPEC KERNEL_DIR DIR: the caller holds the lock of the suite.
make_buildroot() {
	local name version release deb dir log=$work_dir/log
	read -r name version <"$2/package"
	release=$(cat "$2/release")
	suite_open "$(stock_release "$1")"
	suite_has_lists || suite_update
	say "downloading the headers of $release and their compiler"
	# shellcheck disable=SC2086 # a list of names
	set -- "$3" "linux-headers-$release=$version" $build_tools
	if ! apt_install_archives "${@:2}" >"$log" 2>&1; then
		suite_update
		apt_install_archives "${@:2}" >"$log" 2>&1 || {
			tail -n 5 "$log" >&2
			die "no headers for $name $version; 'tools/vm/fetch-kernel --refresh' moves to the newest kernel"
		}
	fi
	say "unpacking them"
	mkdir -p "$1"/usr/{bin,sbin,lib,lib64} "$1"/{dev,tmp,build,proc}
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$1/$dir"
	done
	for deb in "$apt_state"/archives/*.deb; do
		unpack_deb "$deb" "$1" --keep-directory-symlink \
			--exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' \
			--exclude='./usr/share/locale/*' --exclude='./usr/share/info/*' \
			--exclude='./boot/*' --exclude='*/modules/*/kernel'
	done
	rm -f "$apt_state"/archives/*.deb
	ln -sf mawk "$1/usr/bin/awk" # alternatives are not set up
	[ -e "$1/usr/bin/sh" ] || ln -s dash "$1/usr/bin/sh"
	: >"$1/dev/null"
}

apt_install_archives() {
	rm -f "$apt_state"/archives/*.deb
	apt_private apt-get install -y --no-install-recommends --download-only \
		-o Debug::NoLocking=1 "$@"
}

# buildroot SPEC KERNEL_DIR: sets $root, made when need be.
buildroot() {
	root=$cache/buildroots/${2##*/}-$(echo "$build_tools" | sha256sum | cut -c 1-8)
	[ ! -d "$root" ] || return 0
	say "preparing the compiler for ${2##*/}, once"
	lock "apt-$(stock_release "$1")"
	if [ ! -d "$root" ]; then
		make_buildroot "$1" "$2" "$work_dir/root"
		mkdir -p "$cache/buildroots"
		mv -T "$work_dir/root" "$root"
	fi
	unlock
}

# in_root ROOT COMMAND...: with mounts that nobody else sees. A plain user gets
# there through a user namespace. objtool of newer kernels wants /proc.
in_root() {
	local root=$1 namespace=-m
	shift
	[ "$(id -u)" -eq 0 ] || namespace=-rm
	# shellcheck disable=SC2016 # for the inner shell
	unshare "$namespace" sh -ec '
		mount --bind /dev/null "$1/dev/null"
		mount --rbind /proc "$1/proc"
		exec chroot "$@"
	' sh "$root" env -i PATH=/usr/bin:/usr/sbin HOME=/tmp LC_ALL=C "$@"
}
