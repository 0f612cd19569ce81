# Ends what a run has started when the run is gone, whatever ended it: its end of the pipe is closed then. The commands
# of the run are in the group of this shell; services lead groups of their own, and say so before they start.
trap '' HUP INT QUIT TERM PIPE
busy=0 groups=' ' mark=
while read -r what value; do
    case $what in
    begin) busy=$((busy + 1)) ;;
    end) busy=$((busy - 1)) ;;
    mark) mark=$value ;;
    lead) groups="$groups$value " ;;
    gone) case $groups in *" $value "*) groups="${groups%% "$value" *} ${groups#* "$value" }" ;; esac ;;
    esac
done
for group in $groups; do kill -TERM "-$group"; done 2>/dev/null
[ "$busy" -gt 0 ] && kill -TERM 0
tries=0
while [ "$tries" -lt 10 ]; do
    left=
    for group in $groups; do kill -0 "-$group" 2>/dev/null && left=1; done
    [ -z "$left" ] && break
    sleep 0.1
    tries=$((tries + 1))
done
for group in $groups; do kill -KILL "-$group"; done 2>/dev/null
if [ -n "$mark" ]; then
    # Where the system tells of the environments of processes: those that have left their groups.
    for found in $(grep -lF "$mark" /proc/[0-9]*/environ); do
        process=${found#/proc/} process=${process%/environ}
        tr '\0' '\n' <"$found" | grep -qxF "$mark" && kill -KILL "$process"
    done 2>/dev/null
fi
if [ "$busy" -gt 0 ]; then
    sleep 1
    kill -KILL 0
fi
