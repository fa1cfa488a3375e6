# 471.omnetpp: an own discrete-event simulator and network model in C++.
need_cxx
LINKER=$CXX
compile -std=c++17 -I"$RECIPE/src" "$RECIPE/src/kernel.cc" "$RECIPE/src/network.cc"
link_program
