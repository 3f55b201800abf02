# What attach-guest.sh printed, as one document.
# SPDX-License-Identifier: GPL-2.0

def on: {driver: .[0], kernel: .[1], iommu: .[2], functions: .[3]};
def driver: if .driver == "mock" then "mock" else "emulated " + .iommu end;

[split("\n")[] | select(. != "") | split("\t")] as $lines
| ([$lines[] | select(.[4] == "kernel") | {key: .[1], value: .[5]}] | from_entries) as $release
| [$lines[] | select(.[4] == "run")
	| on as $on | {name: .[5], on: $on, doc: (.[6] | fromjson)}] as $runs
| def rows(key): [$runs[] | . as $run | .doc[key][]
	| del(.histogram)
	| . + {workload: $run.name, driver: ($run.on | driver),
	       kernel: $run.on.kernel, iommu: $run.on.iommu,
	       functions: $run.on.functions}];
{
	unit: "guest instructions: nanoseconds of a guest whose clock counts them",
	kernels: $release,
	sizes: rows("sizes"),
	fits: rows("fits"),
	dominant: [$lines[] | select(.[4] == "leaf") | {
		workload: .[5], driver: (on | driver), kernel: .[1], iommu: .[2],
		functions: .[3], operation: .[6], function: .[7], share: (.[8] | tonumber)}],
	disturbance: [$lines[] | select(.[4] == "disturb") | {
		kernel: .[1], way: .[5], devices: (.[6] | tonumber),
		attach_ns: ((.[8] | tonumber) / (.[7] | tonumber)),
		detach_ns: ((.[9] | tonumber) / (.[7] | tonumber))}],
	accuracy: [$lines[] | select(.[4] == "accuracy") | {
		kernel: .[1], operation: .[6], set_ns: (.[5] | tonumber),
		found_ns: (.[7] | tonumber)}],
	scale: [$lines[] | select(.[4] == "scale") | {
		kernel: .[1], command: .[5], groups: (.[6] | tonumber),
		devices: (.[7] | tonumber), ns: (.[8] | tonumber),
		kilobytes: (.[9] | tonumber)}]
}
