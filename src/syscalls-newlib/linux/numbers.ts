// Linux system-call numbers: ARM (old ABI and EABI share one numbering; calls that the EABI dropped are kept) and MIPS o32.
// From the kernel's headers (asm/unistd.h). A list holds names in order of their numbers; a number says where the next
// name stands, and each line begins with one. Names that no call implements serve the trace.

const lines_of = new Map<string, readonly string[]>();

/** The name of a call. MIPS o32 numbers are those of the header less 4000. */
export function name_of_call(list: string, number: number): string | undefined {
  let lines = lines_of.get(list);
  if (lines === undefined) lines_of.set(list, (lines = list.trim().split('\n')));
  let n = lines.length - 1;
  while (n > 0 && Number.parseInt(lines[n], 10) > number) n--;
  let next = 0;
  for (const word of lines[n].trim().split(' ')) {
    if (word.charCodeAt(0) <= 57) next = Number(word);
    else if (next++ === number) return word;
  }
  return undefined;
}

export const arm_numbers = `
  0 restart_syscall exit fork read write open close 8 creat link unlink execve chdir time mknod chmod lchown 19 lseek
  20 getpid mount umount setuid getuid stime ptrace alarm 29 pause utime 33 access nice 36 sync kill rename mkdir
  40 rmdir dup pipe times 45 brk setgid getgid 49 geteuid getegid acct umount2 54 ioctl fcntl 57 setpgid 60 umask
  61 chroot ustat dup2 getppid getpgrp setsid sigaction 70 setreuid setregid sigsuspend sigpending sethostname
  75 setrlimit getrlimit getrusage gettimeofday settimeofday getgroups setgroups select symlink 85 readlink uselib
  87 swapon reboot readdir mmap munmap truncate ftruncate fchmod fchown getpriority setpriority 99 statfs fstatfs
  102 socketcall syslog setitimer getitimer stat lstat fstat 111 vhangup 113 syscall wait4 swapoff sysinfo ipc fsync
  119 sigreturn clone setdomainname uname 124 adjtimex mprotect sigprocmask 128 init_module delete_module 131 quotactl
  132 getpgid fchdir bdflush sysfs personality 138 setfsuid setfsgid _llseek getdents _newselect flock msync readv
  146 writev getsid fdatasync _sysctl mlock munlock mlockall munlockall sched_setparam sched_getparam
  156 sched_setscheduler sched_getscheduler sched_yield sched_get_priority_max sched_get_priority_min
  161 sched_rr_get_interval nanosleep mremap setresuid getresuid 168 poll nfsservctl setresgid getresgid prctl
  173 rt_sigreturn rt_sigaction rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend pread64
  181 pwrite64 chown getcwd capget capset sigaltstack sendfile 190 vfork ugetrlimit mmap2 truncate64 ftruncate64
  195 stat64 lstat64 fstat64 lchown32 getuid32 getgid32 geteuid32 getegid32 setreuid32 setregid32 getgroups32
  206 setgroups32 fchown32 setresuid32 getresuid32 setresgid32 getresgid32 chown32 setuid32 setgid32 setfsuid32
  216 setfsgid32 getdents64 pivot_root mincore madvise fcntl64 224 gettid readahead setxattr lsetxattr fsetxattr
  229 getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr tkill
  239 sendfile64 futex sched_setaffinity sched_getaffinity io_setup io_destroy io_getevents io_submit io_cancel
  248 exit_group lookup_dcookie epoll_create epoll_ctl epoll_wait remap_file_pages 256 set_tid_address timer_create
  258 timer_settime timer_gettime timer_getoverrun timer_delete clock_settime clock_gettime clock_getres
  265 clock_nanosleep statfs64 fstatfs64 tgkill utimes arm_fadvise64_64 pciconfig_iobase pciconfig_read
  273 pciconfig_write mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr waitid socket bind
  283 connect listen accept getsockname getpeername socketpair send sendto recv recvfrom shutdown setsockopt
  295 getsockopt sendmsg recvmsg semop semget semctl msgsnd msgrcv msgget msgctl shmat shmdt shmget shmctl add_key
  310 request_key keyctl semtimedop vserver ioprio_set ioprio_get inotify_init inotify_add_watch inotify_rm_watch
  319 mbind get_mempolicy set_mempolicy openat mkdirat mknodat fchownat futimesat fstatat64 unlinkat renameat linkat
  331 symlinkat readlinkat fchmodat faccessat pselect6 ppoll unshare set_robust_list get_robust_list splice
  341 arm_sync_file_range tee vmsplice move_pages getcpu epoll_pwait kexec_load utimensat signalfd timerfd_create
  351 eventfd fallocate timerfd_settime timerfd_gettime signalfd4 eventfd2 epoll_create1 dup3 pipe2 inotify_init1
  361 preadv pwritev rt_tgsigqueueinfo perf_event_open recvmmsg accept4 fanotify_init fanotify_mark prlimit64
  370 name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg setns process_vm_readv process_vm_writev kcmp
  379 finit_module sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create bpf execveat userfaultfd
  389 membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free statx rseq io_pgetevents
  400 migrate_pages kexec_file_load 403 clock_gettime64 clock_settime64 clock_adjtime64 clock_getres_time64
  407 clock_nanosleep_time64 timer_gettime64 timer_settime64 timerfd_gettime64 timerfd_settime64 utimensat_time64
  413 pselect6_time64 ppoll_time64 416 io_pgetevents_time64 recvmmsg_time64 mq_timedsend_time64 mq_timedreceive_time64
  420 semtimedop_time64 rt_sigtimedwait_time64 futex_time64 sched_rr_get_interval_time64 pidfd_send_signal
  425 io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick pidfd_open
  435 clone3 close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr quotactl_fd
  444 landlock_create_ruleset landlock_add_rule landlock_restrict_self 448 process_mrelease futex_waitv
  450 set_mempolicy_home_node 983041 breakpoint cacheflush usr26 usr32 set_tls get_tls`;

export const mips_o32_numbers = `
  0 syscall exit fork read write open close waitpid creat link unlink execve chdir time mknod chmod lchown break
  19 lseek getpid mount umount setuid getuid stime ptrace alarm 29 pause utime stty gtty access nice ftime sync kill
  38 rename mkdir rmdir dup pipe times prof brk setgid getgid signal geteuid getegid acct umount2 lock ioctl fcntl mpx
  57 setpgid ulimit 60 umask chroot ustat dup2 getppid getpgrp setsid sigaction sgetmask ssetmask setreuid setregid
  72 sigsuspend sigpending sethostname setrlimit getrlimit getrusage gettimeofday settimeofday getgroups setgroups
  83 symlink 85 readlink uselib swapon reboot readdir mmap munmap truncate ftruncate fchmod fchown getpriority
  97 setpriority profil statfs fstatfs ioperm socketcall syslog setitimer getitimer stat lstat fstat 110 iopl vhangup
  112 idle vm86 wait4 swapoff sysinfo ipc fsync sigreturn clone setdomainname uname modify_ldt adjtimex mprotect
  126 sigprocmask create_module init_module delete_module get_kernel_syms quotactl getpgid fchdir bdflush sysfs
  136 personality afs_syscall setfsuid setfsgid _llseek getdents _newselect flock msync readv writev cacheflush
  148 cachectl sysmips 151 getsid fdatasync _sysctl mlock munlock mlockall munlockall sched_setparam sched_getparam
  160 sched_setscheduler sched_getscheduler sched_yield sched_get_priority_max sched_get_priority_min
  165 sched_rr_get_interval nanosleep mremap accept bind connect getpeername getsockname getsockopt listen recv
  176 recvfrom recvmsg send sendmsg sendto setsockopt shutdown socket socketpair setresuid getresuid query_module poll
  189 nfsservctl setresgid getresgid prctl rt_sigreturn rt_sigaction rt_sigprocmask rt_sigpending rt_sigtimedwait
  198 rt_sigqueueinfo rt_sigsuspend pread64 pwrite64 chown getcwd capget capset sigaltstack sendfile getpmsg putpmsg
  210 mmap2 truncate64 ftruncate64 stat64 lstat64 fstat64 pivot_root mincore madvise getdents64 fcntl64 222 gettid
  223 readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr
  234 lremovexattr fremovexattr tkill sendfile64 futex sched_setaffinity sched_getaffinity io_setup io_destroy
  243 io_getevents io_submit io_cancel exit_group lookup_dcookie epoll_create epoll_ctl epoll_wait remap_file_pages
  252 set_tid_address restart_syscall fadvise64 statfs64 fstatfs64 timer_create timer_settime timer_gettime
  260 timer_getoverrun timer_delete clock_settime clock_gettime clock_getres clock_nanosleep tgkill utimes mbind
  269 get_mempolicy set_mempolicy mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr vserver
  278 waitid 280 add_key request_key keyctl set_thread_area inotify_init inotify_add_watch inotify_rm_watch
  287 migrate_pages openat mkdirat mknodat fchownat futimesat fstatat64 unlinkat renameat linkat symlinkat readlinkat
  299 fchmodat faccessat pselect6 ppoll unshare splice sync_file_range tee vmsplice move_pages set_robust_list
  310 get_robust_list kexec_load getcpu epoll_pwait ioprio_set ioprio_get utimensat signalfd timerfd eventfd fallocate
  321 timerfd_create timerfd_gettime timerfd_settime signalfd4 eventfd2 epoll_create1 dup3 pipe2 inotify_init1 preadv
  331 pwritev rt_tgsigqueueinfo perf_event_open accept4 recvmmsg fanotify_init fanotify_mark prlimit64
  339 name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg setns process_vm_readv process_vm_writev kcmp
  348 finit_module sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create bpf execveat userfaultfd
  358 membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free statx rseq io_pgetevents
  393 semget semctl shmget shmctl shmat shmdt msgget msgsnd msgrcv msgctl clock_gettime64 clock_settime64
  405 clock_adjtime64 clock_getres_time64 clock_nanosleep_time64 timer_gettime64 timer_settime64 timerfd_gettime64
  411 timerfd_settime64 utimensat_time64 pselect6_time64 ppoll_time64 416 io_pgetevents_time64 recvmmsg_time64
  418 mq_timedsend_time64 mq_timedreceive_time64 semtimedop_time64 rt_sigtimedwait_time64 futex_time64
  423 sched_rr_get_interval_time64 pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree
  429 move_mount fsopen fsconfig fsmount fspick pidfd_open clone3 close_range openat2 pidfd_getfd faccessat2
  440 process_madvise epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset landlock_add_rule
  446 landlock_restrict_self 448 process_mrelease futex_waitv set_mempolicy_home_node`;
