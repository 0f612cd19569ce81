//! The few styles of what people see. `anstream` drops them where there is no terminal, or `NO_COLOR` is set.

use anstream::adapter as _;
