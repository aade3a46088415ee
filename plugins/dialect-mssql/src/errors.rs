//! What the numbers of SQL Server's errors mean. The message is not looked at: it is in the server's language.

use noorm_guest::dialect::exports::noorm::dialect::errors::{Guest, ServerError};

use crate::Dialect;

impl Guest for Dialect {
    fn classify(error: ServerError) -> String {
        match error.code.parse() {
            Ok(number) => class(number),
            // What the driver says of the connection, as ODBC names it.
            Err(_) if error.code.starts_with("08") => "connection",
            Err(_) => "other",
        }
        .to_owned()
    }
}

fn class(number: u32) -> &'static str {
    match number {
        102..=105
        | 111..=113
        | 119
        | 134
        | 137
        | 141
        | 153
        | 155..=157
        | 170
        | 178
        | 195
        | 319
        | 1018
        | 1038
        | 1087 => "syntax",
        1505 | 2601 | 2627 => "unique",
        // References, checks, NOT NULL, values that do not fit or convert, rows or tables that others refer to.
        220 | 241 | 242 | 245 | 248 | 271 | 515 | 544 | 547 | 550 | 2628 | 3726 | 4712 | 8106 | 8114 | 8115 | 8152 => {
            "constraint"
        }
        207 | 208 | 911 | 1088 | 2760 | 2812 | 3701 | 3727 | 3728 | 4104 | 4121 | 4902 | 4922 | 4924 | 15009
        | 15151 | 15225 | 15248 => "missing-object",
        1779 | 1781 | 1801 | 1913 | 2705 | 2714 | 2759 | 15023 | 15025 | 15335 => "existing-object",
        // 916: another database. 3906 and 3908, a database that takes no changes, are no matter of rights.
        229 | 230 | 262 | 297 | 300 | 916 | 2104 | 4618 | 5011 | 6102 | 15247 | 15517 => "permission",
        // The time to wait is over, a database is in use.
        1222 | 1807 | 3702 | 5061 | 5070 => "lock",
        // A deadlock; a row or a table that changed after it was read, in a snapshot or in memory; Azure's, which has
        // moved a database or has too much to do.
        1205
        | 3960
        | 3961
        | 41301
        | 41302
        | 41305
        | 41325
        | 41839
        | 10928
        | 10929
        | 40197
        | 40501
        | 40613
        | 49918..=49920 => "transient",
        21
        | 64
        | 233
        | 596
        | 922
        | 923
        | 924
        | 927
        | 942
        | 945
        | 952
        | 976
        | 983
        | 4060
        | 4064
        | 6005
        | 10053
        | 10054
        | 10060
        | 17142
        | 17188
        | 17806
        | 17809
        | 18401
        | 18451..=18488 => "connection",
        701 | 802 | 823 | 824 | 1101 | 1105 | 1204 | 3257 | 5149 | 8645 | 8651 | 9002 | 40544 | 40549..=40553 => {
            "resource"
        }
        // Also one that a script caught and went on in: it can only be rolled back.
        226 | 266 | 574 | 3902 | 3903 | 3930 | 3931 | 3998 | 6401 | 15002 => "transaction",
        _ => "other",
    }
}
