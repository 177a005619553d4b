# slotop's rescue script: for a machine on which nothing can be started any more. Builtins only: it forks nothing in dash,
# bash and busybox sh. Read it into the last shell:   . ./rescue.sh; rescue help
# or put it in the shell's place (it ends with it):   exec sh rescue.sh kill NAME
rescue_help() {
  printf '%s\n' \
    'rescue list                  names by count, with their tasks and users' \
    'rescue slots                 tasks used, and how many are free' \
    'rescue freeze NAME...        SIGSTOP to all of that name, until none of it runs' \
    'rescue kill NAME...          freeze, then SIGKILL, leaf first, until none is left' \
    'rescue thaw NAME...          SIGCONT' \
    'rescue start NAME...         freeze, kill some to make room, exec slotop sweep: this shell ends with it' \
    'NAME: comm, the name of argv[0] or of the script, or a whole title; quote blanks.' \
    'Never hit: pid 1, kernel threads, this shell and all above it.' \
    'Not permitted? exec sudo sh rescue.sh kill NAME   needs no slot, and the nproc of a user does not bind root.' \
    'But it takes the place of this shell: a wrong password ends the session.'
}

# /proc/$1/stat, proc(5): pid c=comm s=state u=ppid e=session f=flags n=tasks x=exit signal b=starttime, a=bytes of argv.
# A comm holds anything, newlines too: no whole line is shorter than 99.
rescue_look() {
  {
    IFS= read -r l || return 1
    while [ ${#l} -lt 99 ] && IFS= read -r m; do l=$l$nl$m; done
  } <"/proc/$1/stat" || return 1
  c=${l%) *} pid=${l%% *}
  set -- ${l#"$c) "}
  c=${c#*\(} s=$1 u=$2 e=$4 f=$7 n=${18} b=${20} x=${36} a=$((${47:-0} - ${46:-0}))
}

# Is it worth a look at process $1? Two short reads instead of a long one: dash and busybox sh read byte by byte.
rescue_may() {
  p=$1
  shift
  IFS= read -r c <"/proc/$p/comm" || return 1
  for w; do case $w in "$c"*) return 0 ;; esac done
  t=
  IFS= read -r t <"/proc/$p/cmdline"
  for w; do case $t in *"$w"*) return 0 ;; esac done
  return 1
}

# May the one just looked at be hit, and is it called one of the names? The newest pid may be a thread: exit signal -1.
rescue_meant() {
  case $above in *" $pid "*) return 1 ;; esac
  [ "$x" != -1 ] && [ $((f & 2097152)) = 0 ] && rescue_called "$@" || return 1
  [ "$e" != "$own" ] || mine=1
}

rescue_called() {
  for w; do [ "$c" != "$w" ] || return 0; done
  [ "$a" -gt 0 ] || return 1
  t= z=
  rescue_words <"/proc/$pid/cmdline"
  for w; do
    [ "$t" != "$w" ] && [ "$z" != "$w" ] || return 0
    case $t in "$w: "*) return 0 ;; esac
    [ "$words" -lt 2 ] || ! rescue_glued || return 0
  done
  return 1
}

# t: argv[0] without its folder, or the title written over it; z: the script of an interpreter. An option that is not
# known ends it: a wrong claim would kill somebody else. dash drops the NULs, so there the words are glued.
rescue_words() {
  words=0
  if [ "$dash" ]; then
    IFS= read -r t
    words=$((a - ${#t}))
    [ $words = 1 ] || return 0
  else
    IFS= read -r -d '' t
  fi
  case $t in [!./-]*\ *) ;; *) t=${t#-} t=${t##*/} ;; esac
  [ -z "$dash" ] || return 0
  case $t in python* | pypy* | node | nodejs | ruby* | perl* | php* | java | *sh) ;; *) return 0 ;; esac
  while IFS= read -r -d '' z; do
    case $t$z in
      java-jar | python*-m) IFS= read -r -d '' z ;;
      *sh-*[cs]* | *-[ce]) z= ;;
      *sh-* | python*-[uOBEsSIib] | *--*=* | java-[XD]*) continue ;;
      "$t"-*) z= ;;
    esac
    break
  done
  z=${z##*/}
}

# Is the glued command line of argv[0] $w with options, or of an interpreter with the script $w? Then there is that file,
# and none of a longer name.
rescue_glued() {
  case $t in "$w"--*) return 0 ;; */"$w"*) [ ! "/proc/$pid/exe" -ef "${t%%"/$w"*}/$w" ] || return 0 ;; esac
  case $c in python* | pypy* | node | ruby* | perl* | php* | *sh) ;; *) return 1 ;; esac
  z=${t#*"$c"} z=${z#-[uOBESIeux]}
  case $z in "$w"* | */"$w"*) ;; *) return 1 ;; esac
  m=${z#*"$w"} z=${z%"$m"}
  [ "$words" -gt 2 ] || [ -z "$m" ] || return 1
  case $z in /*) z=/proc/$pid/root$z ;; *) z=/proc/$pid/cwd/$z ;; esac
  [ -f "$z" ] || return 1
  while [ "$m" ]; do
    z=$z${m%"${m#?}"} m=${m#?}
    [ ! -f "$z" ] || return 1
  done
}

# STOP, then look again: who is somebody else by now is continued at once.
rescue_stop() {
  rescue_meant "$@" || return 0
  case $s$n in X* | Z1) return 0 ;; T* | t*) held=$((held + 1)); return 0 ;; esac
  case $denied in *" $pid.$b "*) return 0 ;; esac
  id=$pid.$b state=$s
  if kill -s STOP "$pid"; then
    # In state D it stops as soon as it wakes, and forks no more.
    [ "$state" = D ] || new=$((new + 1))
    rescue_look "$pid" || return 0
    [ "$pid.$b" = "$id" ] && rescue_called "$@" || kill -s CONT "$pid"
  elif rescue_look "$pid" && [ "$pid.$b" = "$id" ]; then
    denied="$denied$id "
  fi
}

# The newest pid is where one is that forks and exits all the time: follow it for a while.
rescue_follow() {
  turn=0
  while [ $turn -lt 300 ]; do
    read -r _ _ _ _ m </proc/loadavg
    [ "$m" = "$newest" ] || { newest=$m; rescue_may "$m" "$@" && rescue_look "$m" && rescue_stop "$@"; }
    turn=$((turn + 1))
  done
}

rescue_time() { read -r now _ </proc/uptime && now=${now%.*}; }

# Passes until 5 in a row found nobody running. Where STOP does not hold, because somebody sends CONT, it gives up.
rescue_freeze() {
  clean=0 pass=0 stops=0
  rescue_time && end=$((now + 60))
  while [ $clean -lt 5 ] && [ $now -lt $end ]; do
    new=0 held=0 pass=$((pass + 1))
    for p in /proc/[0-9]*; do rescue_may "${p#/proc/}" "$@" && rescue_look "$p" && rescue_stop "$@"; done
    rescue_follow "$@"
    [ $new = 0 ] && clean=$((clean + 1)) || clean=0
    stops=$((stops + new))
    [ $pass -lt 12 ] || [ $stops -lt $((4 * (held + new))) ] || return 1
    rescue_time
  done
  [ $clean = 5 ]
}

# Kills those of the names, leaf first: the death of a parent wakes its stopped children. With $1 less than all: one pass,
# and only so many; those whose pids are given out again.
rescue_cull() {
  most=$1 clean=0 pass=0 killed=0 shot=
  shift
  rescue_time && end=$((now + 30))
  while [ $clean -lt 5 ] && [ $now -lt $end ]; do
    pass=$((pass + 1)) living=0 new=0 held=0 todo=
    for p in /proc/[0-9]*; do
      rescue_may "${p#/proc/}" "$@" && rescue_look "$p" && [ "$s$n" != Z1 ] && rescue_meant "$@" || continue
      case $denied in *" $pid.$b "*) continue ;; esac
      # The highest pid first, more or less. Local variables make a set that leaves nothing behind.
      living=$((living + 1)) todo="$pid.$b $todo"
      local "rescue_parent_$u=$pass"
    done
    for kind in leaf other; do
      for id in $todo; do
        [ $killed -lt $most ] || break
        p=${id%.*}
        [ $most = $all ] || [ $p -ge 300 ] || continue
        eval "m=\${rescue_parent_$p-}"
        case $kind$m in leaf$pass) continue ;; leaf* | other$pass) ;; *) continue ;; esac
        rescue_look $p && [ $pid.$b = $id ] || continue
        if [ "$s" != T ]; then rescue_stop "$@" && rescue_look $p && [ $pid.$b = $id ] || continue; fi
        rescue_meant "$@" && kill -s KILL $p || continue
        eval "m=\${rescue_shot_$p-}"
        [ "$m" = $b ] && continue
        local "rescue_shot_$p=$b"
        killed=$((killed + 1))
        [ $most = $all ] || shot="$shot$id "
      done
    done
    [ $most = $all ] || return 0
    rescue_follow "$@"
    [ $living$new = 00 ] && clean=$((clean + 1)) || clean=0
    rescue_time
  done
  [ $clean = 5 ]
}

# Room for slotop: a zombie keeps its slot until its parent, which may be stopped as well, is gone too.
rescue_room() {
  for most in 10 100 $all; do
    rescue_cull $most "$@"
    rescue_time && end=$((now + 2))
    while [ $most != $all ] && [ $now -le $end ]; do
      count=0
      for id in $shot; do
        rescue_look ${id%.*} && [ $pid.$b = $id ] || count=$((count + 1))
      done
      [ $count -lt 10 ] || return 0
      rescue_time
    done
  done
}

rescue_thaw() {
  held=0
  for p in /proc/[0-9]*; do
    rescue_may "${p#/proc/}" "$@" && rescue_look "$p" && rescue_meant "$@" && [ "$s" = T ] && kill -s CONT "$pid" && held=$((held + 1))
  done
}

# Whatever was stored in a name, a terminal gets printable ASCII.
rescue_safe() {
  while case $c in *[!\ -~]*) ;; *) false ;; esac do c=${c%%[!\ -~]*}?${c#*[!\ -~]}; done
}

rescue_list() {
  names=0 total=0 tasks=0
  while IFS=: read -r m _ id _; do
    case $id in '' | *[!0-9]*) ;; *) local "user_$id=$m" ;; esac
  done </etc/passwd
  for p in /proc/[0-9]*; do
    rescue_look "${p#/proc/}" || continue
    id=
    while read -r m id _ && [ "$m" != Uid: ]; do :; done <"$p/status"
    rescue_safe
    # A name makes a variable; where two make the same, the second gets a longer one.
    z=$c
    while case $z in *[!a-zA-Z0-9_]*) ;; *) false ;; esac do z=${z%%[!a-zA-Z0-9_]*}_${z#*[!a-zA-Z0-9_]}; done
    while eval "k=\${at_$z-}" && [ "$k" ] && eval "m=\$name_$k" && [ "$m" != "$c" ]; do z=${z}_; done
    [ "$k" ] || {
      k=$names names=$((names + 1))
      local "at_$z=$k" "name_$k=$c" "count_$k=0" "tasks_$k=0" "users_$k= "
    }
    eval "m=\$users_$k count_$k=\$((count_$k + 1)) tasks_$k=\$((tasks_$k + n))"
    case $m in *" $id "*) ;; *) eval "users_$k=\$m\$id\\ " ;; esac
    total=$((total + 1)) tasks=$((tasks + n))
  done
  printf '%s\n' 'COUNT  TASKS  NAME             USERS'
  turn=0
  while [ $turn -lt 20 ] && [ $turn -lt $names ]; do
    k=0 most=0
    while [ $k -lt $names ]; do
      eval "m=\$count_$k"
      [ $m -le $most ] || most=$m id=$k
      k=$((k + 1))
    done
    eval "m=\$tasks_$id c=\$name_$id z=\$users_$id count_$id=0"
    t=
    for w in $z; do eval "t=\"\$t\${t:+ }\${user_$w-$w}\""; done
    printf '%5s %6s  %-15s  %s\n' "$most" "$m" "$c" "$t"
    turn=$((turn + 1))
  done
  printf '%s\n' "$total processes of $names names, $tasks tasks"
}

# The number in a sysctl file. dash and busybox sh read byte by byte, and such a file answers once; but they take a whole
# file in as a script, and their "32768: not found" comes back through a pipe, which is what their here-document is.
rescue_number() {
  if [ "${BASH_VERSION-}" ]; then read -r number <"$1" || number=; return 0; fi
  m=$PATH PATH=/
  { . "$1" 2>&9; echo >&9; read -r number <&8; } 8<<E 9>/proc/self/fd/8
E
  PATH=$m number=${number%: *} number=${number##*[!0-9]}
}

rescue_least() { [ "$free" ] && [ "$1" -ge "$free" ] || free=$1 by=$2; }

# A pattern that nothing answers to stands for itself.
rescue_count() { case ${1-} in *]*) count=0 ;; *) count=$# ;; esac }

# How many tasks may still begin (free), and what refuses the next (by).
rescue_free() {
  local number m used newest end kinds path count
  free= by=
  read -r _ _ _ used newest </proc/loadavg
  used=${used#*/}
  rescue_number /proc/sys/kernel/threads-max
  [ -z "$number" ] || rescue_least $((number - used)) threads-max
  rescue_number /proc/sys/kernel/pid_max
  if [ "$number" ]; then
    # That counts the tasks of the machine; a namespace may have a pid_max of its own, and pids below 300 are given out
    # in the first round only. Where it matters they are counted.
    end=$((number - used))
    if [ $end -ge 302 ]; then :; elif [ "$newest" -lt 300 ]; then end=$((number - 1 - newest)); else
      rescue_count /proc/[0-9]*/task/[3-9][0-9][0-9]
      end=$((number - 300 - count))
      rescue_count /proc/[0-9]*/task/[1-9][0-9][0-9][0-9]*
      end=$((end - count))
    fi
    rescue_least $end "pid_max $number"
  fi
  while IFS=: read -r _ kinds path; do
    case $kinds in '') m=/sys/fs/cgroup ;; *pids*) m=/sys/fs/cgroup/pids ;; *) continue ;; esac
    while :; do
      [ -f "$m$path/pids.max" ] && read -r end <"$m$path/pids.max" && [ "$end" != max ] &&
        read -r used <"$m$path/pids.current" && rescue_least $((end - used)) "pids.max $end of $path"
      [ "$path" ] || break
      path=${path%/*}
    done
  done </proc/self/cgroup
  rescue_nproc
}

# nproc of our user; it does not bind root, nor CAP_SYS_RESOURCE and CAP_SYS_ADMIN, in the machine's own user namespace.
rescue_nproc() {
  local m id end cap root count own
  while read -r m id end _; do [ "$m $id" != 'Max processes' ] || break; done </proc/self/limits
  while read -r m id _; do
    case $m in Uid:) own=$id ;; CapEff:) cap=$((0x$id & 0x1200000)); break ;; esac
  done </proc/self/status
  read -r _ root _ </proc/self/uid_map
  [ "$end" != unlimited ] || return 0
  [ "$root" != 0 ] || [ "$own" != 0 ] && [ "$root$cap" = 00 ] || return 0
  # Ours are at most all tasks: where those leave as much room as is asked for, or as another limit does, nobody is counted.
  read -r _ _ _ m _ </proc/loadavg
  [ $((end - ${m#*/})) -lt "${rescue_enough:-${free:-$end}}" ] || return 0
  own=0
  for m in /proc/[0-9]*; do
    [ -O "$m" ] || continue
    rescue_count "$m"/task/[0-9]*
    own=$((own + count))
  done
  rescue_least $((end - own)) "ulimit -u $end"
}

rescue() {
  local - 2>/dev/null
  set +efux
  local verb=${1-help} l m r c s u e f n x a b t z w p k i id pid state above own mine= dash words held=0 new=0 \
    denied=' ' turn newest=0 now=0 end clean=0 pass stops killed=0 living=0 shot todo kind most all=99999999 names total \
    tasks free by count number before slotop verdict word frozen LC_ALL=C nl='
'
  local IFS="$nl 	"
  IFS= read -r -d '' m </dev/null 2>/dev/null
  [ $? = 2 ] && dash=1 || dash=
  [ $# = 0 ] || shift
  case $verb in
    list) rescue_list 2>/dev/null; return 0 ;;
    slots)
      rescue_free 2>/dev/null
      read -r m m m now m </proc/loadavg
      printf '%s\n' "${now#*/} tasks used; ${free:-unknown} free (${by:-no limit found})"
      return 0
      ;;
    freeze | kill | thaw | start) ;;
    *) set -- ;;
  esac
  if [ -z "${1-}" ]; then
    rescue_help
    [ "$verb" = help ] || return 2
    return 0
  fi
  if [ $verb = start ]; then
    for slotop in "${SLOTOP-}" "${0%/*}/../bin/slotop" slotop; do
      ! command -v "$slotop" >/dev/null || break
    done
    command -v "$slotop" >/dev/null || { printf '%s\n' 'slotop: not found (SLOTOP=/path/to/slotop); kill works without'; return 2; }
  fi
  {
    rescue_look self
    own=$e above=' 1 '
    [ "$own" != 0 ] || own=-
    while above="$above$pid " && [ "$u" -gt 0 ] && rescue_look "$u"; do :; done
    rescue_free
    before=$free verdict=
    case $verb in
      freeze) word=stopped; rescue_freeze "$@" || verdict=' They do not stay stopped: somebody continues them. Kill them.' ;;
      kill)
        rescue_freeze "$@"
        rescue_cull $all "$@" || verdict=" $living are left: state D, or started again by somebody else."
        held=$killed word=killed
        ;;
      thaw) word=continued; rescue_thaw "$@" ;;
      start)
        rescue_freeze "$@"
        word='stopped, some of them killed' frozen=$held
        if [ "$mine" ]; then
          # slotop spares its own session, which this one becomes: so all are killed here.
          rescue_cull $all "$@" || verdict=" $living are left."
          word=killed frozen=$killed
        else rescue_room "$@"; fi
        held=$frozen
        ;;
    esac
    rescue_free
    rescue_count $denied
  } 2>/dev/null
  m="$held $word, $count not permitted; $before free slots before, $free now.$verdict"
  printf '%s\n' "$m"
  [ "$count" = 0 ] || printf '%s\n' 'Not permitted: exec sudo sh rescue.sh ... (a wrong password ends this session)'
  if [ $verb = start ] && [ -z "$mine" ]; then
    [ "$free" = '' ] || [ "$free" -ge 3 ] || { printf '%s\n' "$free free slots (by $by) are too few for slotop"; return 3; }
    for m; do
      shift
      set -- "$@" "=$m"
    done
    exec "$slotop" sweep --yes "$@"
  fi
  [ "$count" = 0 ] || return 4
  [ -z "$verdict" ] || return 3
  [ "$held" != 0 ]
}

case ${0##*/}:${1-} in
  rescue.sh:* | *:list | *:slots | *:freeze | *:kill | *:thaw | *:start | *:help) rescue "${@-help}" ;;
  *) printf '%s\n' 'rescue is a command of this shell now: rescue help' ;;
esac
