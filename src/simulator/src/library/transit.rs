//! 公交.

use super::{Category, Keyword, Title};

pub(super) const CATEGORY: Category = Category {
    id: 616,
    name: "公交",
    titles: &[
        Title {
            tid: 1201,
            title: "乘车提醒",
            kind: 3,
            keywords: &[
                Keyword::new(1, "线路名称", "thing", "快线 12 路"),
                Keyword::new(2, "乘车时间", "time", "2025年6月15日 07:40"),
                Keyword::new(3, "上车站点", "thing", "人民广场站"),
                Keyword::new(4, "车牌号", "car_number", "粤A8Z888"),
                Keyword::new(5, "温馨提示", "thing", "请提前 5 分钟到站候车"),
            ],
        },
        Title {
            tid: 1202,
            title: "车辆到站提醒",
            kind: 2,
            keywords: &[
                Keyword::new(1, "线路名称", "thing", "快线 12 路"),
                Keyword::new(2, "预计到站时间", "time", "07:52"),
                Keyword::new(3, "剩余站数", "number", "3"),
                Keyword::new(4, "到达站点", "thing", "科技园站"),
                Keyword::new(5, "车牌号", "car_number", "粤A8Z888"),
            ],
        },
        Title {
            tid: 1203,
            title: "乘车扣费通知",
            kind: 3,
            keywords: &[
                Keyword::new(1, "扣费金额", "amount", "¥2.00"),
                Keyword::new(2, "乘车时间", "time", "2025年6月15日 08:12"),
                Keyword::new(3, "乘车线路", "thing", "快线 12 路"),
                Keyword::new(4, "账户余额", "amount", "¥38.50"),
                Keyword::new(5, "交易单号", "character_string", "BUS2025061500018"),
                Keyword::one_of(6, "支付状态", &["支付成功", "支付失败", "待补缴"]),
            ],
        },
    ],
};
