#include "main/command.h"

int main(int argc, char** argv) {
  return weir::main::run_command_line(argc, argv);
}
