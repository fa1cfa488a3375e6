# 473.astar: own path searches in C++.
need_cxx
LINKER=$CXX
compile -std=c++17 -I"$RECIPE/src" "$RECIPE/src/astar.cc"
link_program
