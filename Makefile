# SPDX-License-Identifier: GPL-2.0
#
# make              build the collector (build/iommu-group)
# make demo         boot guests with an Intel and an AMD IOMMU and audit them
# make test         unit tests, then TAP tests in guests
# make lock-programs
#                   generated lock programs, judged by lockdep too (N=1000)
# make lock-breaks  the same with the model broken on purpose, after lock-programs
# make bench        cost in guest instructions, beside bpftrace
# make kernel       kernels with the series of kernel-patches/ (V=6.12, V=7.3,
#                   V=6.12+lockdep, V=7.3+lockdep; KSRC=/path/to/linux; UNPATCHED=1)
# make kernel-clean throws away the trees that they are built in
# make check-series every patch by itself: applies, builds, checkpatch, sparse
# make install      PREFIX=/usr/local

PREFIX ?= /usr/local
DESTDIR ?=
CLANG ?= clang
BPFTOOL ?= $(or $(shell PATH="$$PATH:/usr/sbin" command -v bpftool),bpftool)
CFLAGS ?= -O2 -g
# SAN=1 builds with ASan and UBSan, into a folder of its own.
SAN ?=
B := build$(if $(SAN),/san)
SANFLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer)

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror $(CFLAGS) \
	$(SANFLAGS) $(INCLUDES) -MMD -MP
LIBS = -lbpf -ljson-c -lsmartcols -lpci -lpthread -lm
BPF_CFLAGS = -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -D__bpf__ \
	-Wall -Wextra -Werror -Wno-unused-parameter -Iinclude -Ibpf -MMD -MP

# One folder a capability.  Only what loads programs or reads their maps finds the
# skeletons; all else is pure, and the unit tests link it without libbpf.
TOOL := tools/iommu-group
SRC := $(wildcard $(TOOL)/*.c $(TOOL)/*/*.c $(TOOL)/*/*/*.c)
objects = $(patsubst $(TOOL)/%.c,$(B)/obj/%.o,$(1))
OBJ := $(call objects,$(SRC))
KERNEL_SRC := $(filter $(TOOL)/main.c $(TOOL)/probe/% %/collect.c %/command.c \
	%/command_report.c %/module.c $(addprefix $(TOOL)/,attach/cost.c \
	attach/load.c attach/samples.c audit/observe.c audit/suite_command.c \
	locks/held_now.c stuck/load.c),$(SRC))
PURE_OBJ := $(call objects,$(filter-out $(KERNEL_SRC),$(SRC)))
INCLUDES = -Iinclude -I$(TOOL)
$(call objects,$(KERNEL_SRC)): INCLUDES += -I$(B)/bpf
# One BPF object for the audits, one for the timing of attaches, one that looks for
# tasks that are stuck.
ATTACH_SRC := $(filter $(TOOL)/attach/%,$(KERNEL_SRC))
$(call objects,$(ATTACH_SRC)): $(B)/bpf/attach.skel.h
$(call objects,$(filter-out $(ATTACH_SRC),$(KERNEL_SRC))): $(B)/bpf/audit.skel.h
# And a small one, which asks the kernel where its functions are.
$(call objects,$(TOOL)/probe/addresses.c): $(B)/bpf/symbols.skel.h
$(call objects,$(TOOL)/stuck/load.c): $(B)/bpf/stuck.skel.h
UNIT := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/*/test_*.c))

.DEFAULT_GOAL := all
.SECONDARY:

all: $(B)/iommu-group

# Nothing is built before what it needs is there.  Checked once per run, and
# only asks apt when something is missing.
.PHONY: deps
deps:
	@tools/deps build

$(B)/iommu-group: $(OBJ)
	@echo "  LD    $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(OBJ) -o $@ $(LIBS)

$(B)/obj/%.o: $(TOOL)/%.c | deps
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) -c $< -o $@

$(B)/bpf/%.bpf.o: bpf/%.bpf.c | deps
	@mkdir -p $(@D)
	@echo "  BPF   $<"
	@$(CLANG) $(BPF_CFLAGS) -c $< -o $@

$(B)/bpf/%.skel.h: $(B)/bpf/%.bpf.o
	@echo "  SKEL  $@"
	@$(BPFTOOL) gen skeleton $< name $*_bpf > $@.tmp
	@mv $@.tmp $@

$(B)/tests/unit/%: INCLUDES += -Itests
$(B)/tests/unit/%: tests/unit/%.c $(PURE_OBJ)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) $< $(PURE_OBJ) -o $@ -lcmocka -ljson-c \
		-lsmartcols -lpci -lm

# Programs that tests run in guests.
$(B)/tests/jsonq: tests/vm/jsonq.c | deps
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) $< -o $@ -ljson-c

WORKLOADS := $(B)/tests/vfio $(B)/tests/failnth
$(B)/tests/vfio: tests/workloads/vfio_attach.c
$(B)/tests/failnth: tests/workloads/vfio_attach.c tests/workloads/fault.c
$(WORKLOADS): $(B)/tests/%: tests/workloads/%.c \
	$(wildcard tests/workloads/*.h) | deps
	@mkdir -p $(@D)
	@$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -static $(filter %.c,$^) -o $@

.PHONY: all demo test unit vm-test lock-programs lock-breaks bench kernel kernel-clean check-series install clean
unit: $(UNIT)
	@tests/run-unit $(UNIT)

demo: all
	@tools/deps vm
	@tools/demo

test:
	@tests/run

lock-programs: all $(B)/tests/jsonq
	@tools/deps vm kernel
	@tools/kernel/build 7.3+lockdep
	@tests/lock-programs/run $(or $(N),1000)

lock-breaks: all $(B)/tests/jsonq
	@tests/lock-programs/break

bench: all
	@tools/deps vm bench
	@tests/bench/costs
	@tests/bench/run
	@tests/bench/locks
	@tests/bench/attach

# Not build/: these live in the cache, see docs/vm.md.
kernel:
	@tools/deps kernel
	@tools/kernel/build $(if $(UNPATCHED),--unpatched) $(or $(V),6.12 7.3)

kernel-clean:
	@tools/kernel/clean

check-series:
	@tools/deps kernel series
	@tools/kernel/check-series $(or $(V),6.12 7.3)

install: all
	install -D -m 755 $(B)/iommu-group $(DESTDIR)$(PREFIX)/sbin/iommu-group
	install -D -m 644 docs/iommu-group.8 \
		$(DESTDIR)$(PREFIX)/share/man/man8/iommu-group.8

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
