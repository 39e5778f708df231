//! 快递.

use super::{Category, Keyword, Title};

pub(super) const CATEGORY: Category = Category {
    id: 153,
    name: "快递、物流",
    titles: &[
        Title {
            tid: 3101,
            title: "快递到货提醒",
            kind: 2,
            keywords: &[
                Keyword::new(1, "快递单号", "character_string", "SF1234567890123"),
                Keyword::new(2, "快递公司", "thing", "顺丰速运"),
                Keyword::new(3, "取件码", "character_string", "8-2-3051"),
                Keyword::new(4, "取件地址", "thing", "南门驿站"),
                Keyword::new(5, "到达时间", "time", "2025年6月15日 10:20"),
                Keyword::new(6, "联系电话", "phone_number", "+86-0766-66888866"),
                Keyword::new(7, "温馨提示", "thing", "请于 24 小时内取件"),
            ],
        },
        Title {
            tid: 3102,
            title: "发货通知",
            kind: 2,
            keywords: &[
                Keyword::new(1, "订单编号", "character_string", "NO20250615001"),
                Keyword::new(2, "商品名称", "thing", "兼毫毛笔三支装"),
                Keyword::new(3, "发货时间", "time", "2025年6月15日 09:00"),
                Keyword::new(4, "物流状态", "phrase", "配送中"),
                Keyword::new(5, "收货人", "name", "李四"),
                Keyword::new(6, "商品数量", "number", "2"),
            ],
        },
        Title {
            tid: 3103,
            title: "签收成功通知",
            kind: 2,
            keywords: &[
                Keyword::new(1, "快递单号", "character_string", "SF1234567890123"),
                Keyword::new(2, "签收人", "name", "李四"),
                Keyword::new(3, "签收时间", "time", "2025年6月15日 18:05"),
                Keyword::one_of(4, "签收方式", &["本人签收", "代收", "快递柜"]),
                Keyword::new(5, "备注", "thing", "感谢您的使用"),
            ],
        },
    ],
};
