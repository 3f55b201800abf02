# shellcheck shell=bash
# Packages of any Debian suite, through a private apt that leaves the host's
# own sources, lists and package state alone. Signatures are verified.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# host_mirror LABEL FALLBACK: the mirror the host's own sources use.
host_mirror() {
	local uri
	uri=$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' \
		2>/dev/null | sed -n "s/^$1|//p" | head -n 1) || true
	printf '%s\n' "${uri:-$2}"
}

# suite_sources RELEASE: its sources.list.
suite_sources() {
	local main security signed="[signed-by=$debian_keyring]"
	main=$(host_mirror Debian http://deb.debian.org/debian)
	security=$(host_mirror Debian-Security http://deb.debian.org/debian-security)
	echo "deb $signed $main $1 main"
	echo "deb $signed $security $1-security main"
	[ "$1" != trixie ] || echo "deb $signed $main $1-backports main"
}

# suite_open RELEASE: prepares the private state and sets $apt_state. The
# caller holds the lock "apt-RELEASE".
suite_open() {
	need_programs apt-get apt-cache dpkg-deb
	[ -r "$debian_keyring" ] || die "no $debian_keyring: run 'tools/deps vm' as root"
	apt_state=$cache/apt/$1
	mkdir -p "$apt_state/lists/partial" "$apt_state/archives/partial"
	: >"$apt_state/status"
	suite_sources "$1" >"$apt_state/sources.list"
	# The hooks belong to the host's package state: they have no business here.
	cat >"$apt_state/apt.conf" <<-CONF
		APT::Architecture "amd64";
		#clear APT::Architectures;
		APT::Architectures { "amd64"; };
		APT::Sandbox::User "root";
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Pre-Invoke;
		#clear DPkg::Post-Invoke;
		#clear DPkg::Pre-Install-Pkgs;
		Dir::State "$apt_state";
		Dir::State::lists "$apt_state/lists";
		Dir::State::status "$apt_state/status";
		Dir::State::extended_states "$apt_state/extended_states";
		Dir::Cache "$apt_state";
		Dir::Cache::archives "$apt_state/archives";
		Dir::Cache::pkgcache "pkgcache.bin";
		Dir::Cache::srcpkgcache "";
		Dir::Etc::sourcelist "$apt_state/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::Log "$apt_state";
		Acquire::Languages "none";
		Acquire::Retries "3";
	CONF
}

apt_private() {
	local program=$1
	shift
	"$program" -c "$apt_state/apt.conf" -qq "$@" </dev/null
}

suite_has_lists() {
	compgen -G "$apt_state/lists/*_Packages*" >/dev/null
}

# Reads the package lists anew, or at all.
suite_update() {
	say "reading the package lists of Debian ${apt_state##*/}"
	apt_private apt-get update -o APT::Update::Error-Mode=any >&2 ||
		die "cannot read the package lists of Debian ${apt_state##*/}"
}

# unpack_deb FILE DIR [tar option]...
unpack_deb() {
	local deb=$1 dir=$2
	shift 2
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --no-same-owner "$@"
}
