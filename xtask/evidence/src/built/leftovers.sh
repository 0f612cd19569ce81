# Removes what a run has made in the engine when the run is gone, whatever ended it: its end of the pipe is closed then.
trap '' HUP INT QUIT TERM PIPE
images=' ' containers=' '
while read -r what name; do
    case $what in
    image) images="$images$name " ;;
    container) containers="$containers$name " ;;
    gone)
        case $images in *" $name "*) images="${images%% "$name" *} ${images#* "$name" }" ;; esac
        case $containers in *" $name "*) containers="${containers%% "$name" *} ${containers#* "$name" }" ;; esac
        ;;
    esac
done
[ "$images$containers" = '  ' ] && exit
# What is just being made gets its name a moment later.
for pause in 0 1 2 4; do
    sleep "$pause"
    for name in $containers; do docker rm --force --volumes "$name"; done
    for name in $images; do docker image rm --force "$name"; done
done >/dev/null 2>&1
