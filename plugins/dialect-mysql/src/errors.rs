//! What the numbers of MySQL's and MariaDB's errors mean. The message is not looked at: it is in the server's language.
//! Where the two give one thing different numbers, both are here.

use noorm_guest::dialect::exports::noorm::dialect::errors::{Guest, ServerError};

use crate::Dialect;
use crate::server::product;

/// A statement was stopped.
const INTERRUPTED: u16 = 1317;

impl Guest for Dialect {
    fn classify(error: ServerError) -> String {
        let code = error.code.parse().unwrap_or(0);
        match code {
            // The node stops what is in the way of another node's statement.
            INTERRUPTED if product(&error.attrs).is_galera() => "transient".to_owned(),
            _ => class(code).to_owned(),
        }
    }
}

fn class(code: u16) -> &'static str {
    match code {
        1064 | 1065 | 1149 => "syntax",
        1062 | 1169 | 1557 | 1586 | 1761 | 1762 | 1859 => "unique",
        // NOT NULL, references, values that do not fit, and CHECK: 3819 to MySQL, 4025 to MariaDB.
        1048 | 1138 | 1216 | 1217 | 1263 | 1264 | 1265 | 1292 | 1364 | 1366 | 1406 | 1451 | 1452 | 1690 | 3730
        | 3780 | 3819 | 4025 => "constraint",
        1008 | 1046 | 1049 | 1051 | 1054 | 1072 | 1082 | 1091 | 1109 | 1146 | 1176 | 1193 | 1305 | 1360 | 1431
        | 1539 | 1735 | 1824 | 4091 | 4161 => "missing-object",
        1007 | 1022 | 1050 | 1060 | 1061 | 1068 | 1304 | 1359 | 1517 | 1537 | 1826 | 3822 => "existing-object",
        1044 | 1045 | 1095 | 1131 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 | 1698 | 3118 | 4151 => "permission",
        // The time to wait is over; NOWAIT, which is 1205 to MariaDB.
        1205 | 3572 => "lock",
        // A deadlock; a row or a table that changed after it was read; a commit that the other nodes refused. The last
        // four are TiDB's.
        1020 | 1180 | 1213 | 1412 | 1613 | 1614 | 1615 | 3058 | 3101 | 8002 | 8022 | 8028 | 9007 => "transient",
        // 1047: a node of a cluster that takes no statements.
        1040
        | 1042
        | 1043
        | 1047
        | 1053
        | 1080
        | 1129
        | 1130
        | 1152
        | 1154..=1161
        | 1184
        | 1203
        | 1226
        | 1927
        | 2002..=2006
        | 2013
        | 2055
        | 3032
        | 3159
        | 3168
        | 3169
        | 4031 => "connection",
        1021 | 1030 | 1037 | 1038 | 1041 | 1114 | 1135 | 1153 | 1206 | 1637 => "resource",
        1179 | 1192 | 1196 | 1399 | 1400 | 1422 | 1568 => "transaction",
        // Among them 1290, 1792 and 1836: a server or a session that only reads lets nobody write, in whatever way.
        _ => "other",
    }
}
